import { and, eq, inArray, or } from 'drizzle-orm'
import type { LaneStore } from '../../../domain/lanes/lane-store.ts'
import type { SendRefusal } from '../../../domain/lanes/send-refusal.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { deposits, transactions } from '../../../drizzle/schema.ts'
import { changeState } from '../deposits/change-state.ts'
import type { Queries } from '../queries.ts'

/**
 * Stores why nodes refuse a transaction, or null when they no longer refuse it. The transaction is
 * updated first, and then each deposit that waits for this gas, in separate commits, so that no two
 * rows are locked together. After a crash in between, the next poll of the deposit's run writes the
 * deposit's row.
 */
export async function noteRefusal(
  db: Queries,
  read: Parameters<LaneStore['noteRefusal']>[0],
  refusal: SendRefusal | null,
): Promise<void> {
  await db
    .update(transactions)
    .set({ refusalReason: refusal?.reason ?? null, refusalDetail: refusal?.detail ?? null })
    .where(eq(transactions.key, read.key))
  if (read.step !== 'gas') return
  for (const depositId of await waitingForGas(db, read, refusal)) {
    await db.transaction((tx) =>
      changeState(tx, {
        depositId,
        state: refusal ? 'waiting' : 'funding',
        reason: refusal?.reason ?? '',
        detail: refusal?.detail ?? '',
      }),
    )
  }
}

/**
 * Returns the deposits of the sweep in state `funding` or with this refusal as their reason. A
 * deposit with a more specific reason (the gas price, the keeper's balance) keeps that reason.
 */
async function waitingForGas(
  db: Queries,
  { sweepId, refusal: before }: Pick<Transaction, 'sweepId' | 'refusal'>,
  refusal: SendRefusal | null,
): Promise<readonly string[]> {
  const reasons = [before?.reason, refusal?.reason].filter((reason) => reason !== undefined)
  const refused = and(eq(deposits.state, 'waiting'), inArray(deposits.reason, reasons))
  const rows = await db
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), or(eq(deposits.state, 'funding'), refused)))
  return rows.map(({ id }) => id)
}
