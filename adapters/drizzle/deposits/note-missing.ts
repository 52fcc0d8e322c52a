import { and, eq, inArray, ne, not, sql } from 'drizzle-orm'
import type { OperatorDoubt } from '../../../domain/deposits/doubt.ts'
import type { Finds, ReadScope, TransferDifference } from '../../../domain/scan/scan-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'
import { inDoubt, isRejectedRow } from './doubts.ts'
import type { KnownDeposit } from './match-rows.ts'

const doubt = 'content-differs' as const satisfies OperatorDoubt

/**
 * Reports credits that a later read of their transaction no longer lists. The row of a confirmed
 * deposit does not change. An unconfirmed deposit waits for an operator (`content-differs`), unless
 * an operator has already overruled that doubt.
 */
export async function noteMissing(
  tx: Queries,
  missing: readonly KnownDeposit[],
  { tokens, traced }: Pick<ReadScope, 'tokens' | 'traced'>,
): Promise<readonly TransferDifference[]> {
  const differences: TransferDifference[] = []
  for (const { row, pending } of missing) {
    const { id, asset, position, amount, sender, blockNumber } = row
    const wasRead =
      asset === 'native' ? position === 'native' || traced : (tokens as string[]).includes(asset)
    if (!wasRead) continue
    const detail = `a later read of block ${blockNumber} no longer lists this transfer (${amount} from ${sender}) in its transaction`
    differences.push({ kind: 'missing', depositId: id, detail })
    if (!pending || row.doubtCleared === doubt) continue
    await tx
      .update(deposits)
      .set({ state: 'confirming', reason: doubt, detail, doubt, since: sql`now()` })
      .where(eq(deposits.id, id))
  }
  return differences
}

/**
 * Reports token credits of the blocks that were read again, if the log search did not list their
 * transaction at all. The rows of these credits do not change.
 */
export async function findUnlisted(
  tx: Queries,
  chainId: number,
  blocks: NonNullable<Finds['reread']>,
  { tokens, transactions, unread }: ReadScope & Pick<Finds, 'unread'>,
): Promise<readonly TransferDifference[]> {
  if (tokens.length === 0) return []
  const named = [...transactions.map(({ txHash }) => txHash), ...unread.map(({ hash }) => hash)]
  const read = new Set<string>(named)
  const differences: TransferDifference[] = []
  for (const part of chunks(blocks)) {
    const rows = await tx
      .select({ id: deposits.id, txHash: deposits.txHash, blockNumber: deposits.blockNumber })
      .from(deposits)
      .where(
        and(
          eq(deposits.chainId, chainId),
          inArray(
            deposits.blockNumber,
            part.map(({ number }) => number),
          ),
          inArray(
            deposits.blockHash,
            part.map(({ hash }) => hash),
          ),
          inArray(deposits.asset, [...tokens]),
          ne(deposits.state, 'orphaned'),
          not(isRejectedRow),
          not(inDoubt),
        ),
      )
    for (const { id, txHash, blockNumber } of rows) {
      if (read.has(txHash)) continue
      const detail = `a later log search over block ${blockNumber} does not list its transaction`
      differences.push({ kind: 'unlisted', depositId: id, detail })
    }
  }
  return differences
}
