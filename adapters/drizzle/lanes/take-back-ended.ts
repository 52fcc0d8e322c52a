import { and, eq, exists, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import { externalTransactions, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * What the chain itself ended: a block had it. A `displaced` one was in none, but what took its
 * nonce was.
 */
const endedInABlock = ['succeeded', 'reverted', 'cancelled']

/**
 * MONEY 21, below what was final: transactions that had ended in blocks above the fork point are
 * live again, so that the lane loop sends the same bytes where no block has them any more, and ends
 * them anew. Without that a keeper's nonces would have a gap for ever. Safe also where the node has
 * lied: what is in a block still is found there.
 * @returns their keys
 */
export async function takeBackEnded(
  tx: Queries,
  chainId: number,
  forkHeight: bigint,
): Promise<readonly string[]> {
  const externalFell = tx
    .select({ nonce: externalTransactions.nonce })
    .from(externalTransactions)
    .where(
      and(
        eq(externalTransactions.chainId, transactions.chainId),
        eq(externalTransactions.sender, transactions.sender),
        eq(externalTransactions.nonce, transactions.nonce),
        // Unknown where the scanner has not seen it: the lane loop polls it again.
        or(
          isNull(externalTransactions.blockNumber),
          gt(externalTransactions.blockNumber, forkHeight),
        ),
      ),
    )
  const rows = await tx
    .update(transactions)
    .set({ state: 'live', endedAt: null, firstMinedAt: sql`coalesce(first_mined_at, ended_at)` })
    .where(
      and(
        eq(transactions.chainId, chainId),
        or(
          and(inArray(transactions.state, endedInABlock), gt(transactions.minedBlock, forkHeight)),
          and(eq(transactions.state, 'displaced'), exists(externalFell)),
        ),
      ),
    )
    .returning({ key: transactions.key })
  return rows.map(({ key }) => key)
}
