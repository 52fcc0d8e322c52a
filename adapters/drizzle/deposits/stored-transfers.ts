import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { isRejected, openDoubt } from '../../../domain/deposits/doubt.ts'
import { transferContent } from '../../../domain/deposits/match-transfers.ts'
import type { StoredTransfer } from '../../../domain/scan/scan-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'

/** Returns the stored transfers of these transactions, without orphaned transfers. */
export async function storedTransfers(
  db: Queries,
  chainId: number,
  txHashes: readonly Hash[],
): Promise<readonly StoredTransfer[]> {
  const transfers: StoredTransfer[] = []
  for (const part of chunks(txHashes)) {
    const rows = await db
      .select()
      .from(deposits)
      .where(
        and(
          eq(deposits.chainId, chainId),
          inArray(deposits.txHash, part),
          ne(deposits.state, 'orphaned'),
        ),
      )
    for (const row of rows) {
      transfers.push({
        txHash: row.txHash as Hash,
        blockHash: row.blockHash as Hash,
        asset: row.asset as StoredTransfer['asset'],
        content: transferContent(row),
        counted: !isRejected(row) && openDoubt(row) === undefined,
      })
    }
  }
  return transfers
}
