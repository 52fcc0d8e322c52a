import { and, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import { approvalHold, isPause, withApprovalOwed } from '../../../domain/deposits/halt.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { changeState } from './change-state.ts'
import type { DepositRow } from './rows.ts'

const waitsForHold = ['approval', 'paused']
const waitedTooLong = waitsForHold.map((reason) => `waited-too-long ${reason}`)

/**
 * Ends the hold of a deposit. With `detail`, the deposit itself is queued again if it waited for
 * the end of its hold. Other deposits may be `needs-attention` because they waited too long for the
 * hold. These become `waiting(held-by …)` again. The lane loop wakes every deposit that waited
 * (adapters/drizzle/lanes/due-wake-ups.ts).
 * @param detail given if the deposit itself continues
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

/** Starts a hold, which stops every plan and signature of the wallet's asset (MONEY 16). */
export async function hold(tx: Queries, depositId: string, reason: string): Promise<void> {
  await tx
    .update(deposits)
    .set({ heldReason: reason, heldAt: sql`now()`, releasedAt: null })
    .where(eq(deposits.id, depositId))
}

/** Replaces the reason of a hold; the hold keeps the time when it began. */
export async function replaceHoldReason(
  tx: Queries,
  depositId: string,
  reason: string,
): Promise<void> {
  await tx.update(deposits).set({ heldReason: reason }).where(eq(deposits.id, depositId))
}

/**
 * MONEY 16: holds large deposits in the commit that confirms them, so that no run can be faster. A
 * deposit at or above `approveAbove` waits for an approval, even if an operator approved it before
 * a reorg. A deposit that an operator has paused before its confirmation stays paused and needs the
 * approval too. A deposit of an unlisted asset also needs an approval, whatever its amount.
 * Otherwise any sweep of the wallet could move the deposit once the asset is listed again, whatever
 * the limit is by then.
 */
export async function holdLargeOnes(
  tx: Queries,
  chain: Pick<Chain, 'native' | 'tokens'>,
  confirmed: readonly DepositRow[],
): Promise<void> {
  const large = confirmed.filter((row) => {
    const asset = findAsset(chain, row.asset)
    if (!asset) return true
    return asset.approveAbove !== undefined && row.amount >= asset.approveAbove
  })
  for (const row of large) {
    const { heldReason, heldAt, releasedAt } = row
    const isPaused = heldAt !== null && releasedAt === null && isPause(heldReason)
    await tx
      .update(deposits)
      .set(
        isPaused && heldReason
          ? { heldReason: withApprovalOwed(heldReason) }
          : { heldReason: approvalHold, heldAt: sql`now()`, releasedAt: null },
      )
      .where(eq(deposits.id, row.id))
  }
  for (const part of chunks(confirmed)) await waitAsHeld(tx, part)
}

/** Shows an active hold as the reason of a deposit that has just become `waiting`. */
async function waitAsHeld(tx: Queries, some: readonly DepositRow[]): Promise<void> {
  const rows = await tx
    .update(deposits)
    .set({
      reason: sql`case when ${deposits.heldReason} = ${approvalHold} then 'approval' else 'paused' end`,
      eventSeq: sql`${deposits.eventSeq} + 1`,
    })
    .where(
      and(
        inArray(
          deposits.id,
          some.map(({ id }) => id),
        ),
        isNotNull(deposits.heldAt),
        isNull(deposits.releasedAt),
        // A deposit of an unlisted asset is `needs-attention` and keeps that state.
        sql`${deposits.state} = 'waiting'`,
      ),
    )
    .returning()
  await owe(
    tx,
    rows.map((row) => depositEvent(row, 'sweep.waiting', { reason: row.reason, detail: '' })),
  )
}
