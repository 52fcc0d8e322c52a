import { and, eq, sql } from 'drizzle-orm'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { changeState } from './change-state.ts'
import type { DepositRow } from './rows.ts'

const waitsForHold = ['approval', 'paused']
const waitedTooLong = waitsForHold.map((reason) => `waited-too-long ${reason}`)

/**
 * The hold ends. Whatever waited for it, also so long that a person was asked, waits for its turn
 * again, and the lane loop wakes it (adapters/drizzle/lanes/due-wake-ups.ts). @param detail given
 * where the deposit itself goes on
 */
export async function release(tx: Queries, row: DepositRow, detail?: string): Promise<void> {
  await tx.update(deposits).set({ releasedAt: sql`now()` }).where(eq(deposits.id, row.id))
  const waited =
    (row.state === 'waiting' && waitsForHold.includes(row.reason)) ||
    (row.state === 'needs-attention' && waitedTooLong.includes(row.reason))
  if (detail !== undefined && waited) {
    await changeState(tx, { depositId: row.id, state: 'waiting', reason: 'queued', detail })
  }
  const heldBy = `held-by ${row.id}`
  const others = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, row.chainId),
        eq(deposits.wallet, row.wallet),
        eq(deposits.reason, `waited-too-long ${heldBy}`),
      ),
    )
  for (const { id } of others) {
    await changeState(tx, { depositId: id, state: 'waiting', reason: heldBy, detail: '' })
  }
}

/** A hold stops every plan and signature of its wallet's asset (MONEY 16). */
export async function hold(tx: Queries, depositId: string, reason: string): Promise<void> {
  await tx
    .update(deposits)
    .set({ heldReason: reason, heldAt: sql`now()`, releasedAt: null })
    .where(eq(deposits.id, depositId))
}

/** The hold goes on for another reason, since the time when it began. */
export async function replaceHoldReason(
  tx: Queries,
  depositId: string,
  reason: string,
): Promise<void> {
  await tx.update(deposits).set({ heldReason: reason }).where(eq(deposits.id, depositId))
}
