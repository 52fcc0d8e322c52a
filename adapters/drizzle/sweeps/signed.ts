import { and, eq, isNull } from 'drizzle-orm'
import { transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/** All that was ever signed for a sweep, keeper's gas included. */
export function signedFor(tx: Queries, sweepId: string) {
  return tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(eq(transactions.sweepId, sweepId))
}

/** Not at depth yet. */
export function liveOf(tx: Queries, sweepId: string) {
  return tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(and(eq(transactions.sweepId, sweepId), eq(transactions.state, 'live')))
}

/** Signed, and in no block. */
export function unminedOf(tx: Queries, sweepId: string) {
  return tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        eq(transactions.sweepId, sweepId),
        eq(transactions.state, 'live'),
        isNull(transactions.minedBlock),
      ),
    )
}
