import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/** What the chain itself ended: a block had it. A `displaced` one was in none. */
const endedInABlock = ['succeeded', 'reverted', 'cancelled']

/**
 * MONEY 21, below what was final: transactions that had ended in blocks above the fork point are live again, so that the
 * lane loop sends the same bytes where no block has them any more, and ends them anew. Without that a keeper's nonces would
 * have a gap for ever. Safe also where the node has lied: what is in a block still is found there.
 * @returns their keys
 */
export async function takeBackEnded(
  tx: Queries,
  chainId: number,
  forkHeight: bigint,
): Promise<readonly string[]> {
  const rows = await tx
    .update(transactions)
    .set({ state: 'live', endedAt: null, firstMinedAt: sql`coalesce(first_mined_at, ended_at)` })
    .where(
      and(
        eq(transactions.chainId, chainId),
        inArray(transactions.state, endedInABlock),
        gt(transactions.minedBlock, forkHeight),
      ),
    )
    .returning({ key: transactions.key })
  return rows.map(({ key }) => key)
}
