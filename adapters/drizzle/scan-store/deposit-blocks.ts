import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { chunks } from './chunks.ts'

/** The blocks in which transactions have credited deposits; one that a reorg took counts for nothing. */
export async function depositBlocks(
  db: Queries,
  chainId: number,
  txHashes: readonly Hash[],
): Promise<ReadonlyMap<Hash, ReadonlySet<Hash>>> {
  const found = new Map<Hash, Set<Hash>>()
  for (const part of chunks(txHashes)) {
    const rows = await db
      .select({ txHash: deposits.txHash, blockHash: deposits.blockHash })
      .from(deposits)
      .where(
        and(
          eq(deposits.chainId, chainId),
          inArray(deposits.txHash, part),
          ne(deposits.state, 'orphaned'),
        ),
      )
    for (const { txHash, blockHash } of rows as { txHash: Hash; blockHash: Hash }[]) {
      found.set(txHash, (found.get(txHash) ?? new Set()).add(blockHash))
    }
  }
  return found
}
