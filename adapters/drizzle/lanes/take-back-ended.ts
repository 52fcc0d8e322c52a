import { and, eq, exists, gt, inArray, isNull, or, sql } from 'drizzle-orm'
import { externalTransactions, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * Ends of transactions that were in a block. A `displaced` transaction was in no block, but the
 * external transaction that used its nonce was.
 */
const endedInABlock = ['succeeded', 'reverted', 'cancelled']

/**
 * After a reorg below the final height, makes the transactions live again that had ended in blocks
 * above the fork point (MONEY 21). The lane loop rebroadcasts their bytes if no block has them now,
 * and ends the transactions again. Otherwise a keeper's nonces would have a permanent gap. This is
 * safe even if the node's answer was wrong, because the lane loop finds a transaction that is still
 * in a block.
 * @returns keys of the transactions
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
        // The block is unknown if the scanner has not read it. The lane loop then polls the nonce
        // again.
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
