import { and, eq, gt } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { unreadBlocks, unreadTransactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { reopenUnreadLanes } from '../sweeps/lane-closing.ts'

/**
 * Part of a rewind: deletes the unread transactions and blocks above the fork point, because the
 * scanner reads those blocks again, and reopens the lanes that were closed for them.
 */
export async function rewindUnread(tx: Queries, chainId: number, fork: bigint): Promise<void> {
  const { chainId: chain, blockNumber, sender } = unreadTransactions
  const gone = await tx
    .delete(unreadTransactions)
    .where(and(eq(chain, chainId), gt(blockNumber, fork)))
    .returning({ sender })
  const range = eq(unreadBlocks.chainId, chainId)
  await tx.delete(unreadBlocks).where(and(range, gt(unreadBlocks.fromBlock, fork)))
  await tx
    .update(unreadBlocks)
    .set({ toBlock: fork })
    .where(and(range, gt(unreadBlocks.toBlock, fork)))
  const senders = gone.flatMap((row) => (row.sender ? [row.sender as Address] : []))
  await reopenUnreadLanes(tx, chainId, senders)
}
