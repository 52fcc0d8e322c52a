import type { Block } from '../../domain/chains/block.ts'
import type { SeenUnread } from '../../domain/scan/unread.ts'
import type { UnreadStore } from '../../domain/scan/unread-store.ts'
import { leave } from '../detect/read-or-leave.ts'

/**
 * Adds the unread rows that a reading without traces does not close: what the code of their
 * transactions moved is still unknown, and another endpoint may trace it. Their receipts are
 * credited as usual.
 * @param unread rows that the reading keeps open for another reason
 * @param blocks read without traces
 */
export async function keptWithoutTrace(
  store: Pick<UnreadStore, 'unreadAmong'>,
  chainId: number,
  unread: readonly SeenUnread[],
  blocks: readonly Block[],
): Promise<readonly SeenUnread[]> {
  const named = new Set(unread.map(({ hash }) => hash))
  const candidates = blocks.flatMap((block) =>
    block.transactions
      .filter((it) => it.mayRunCode && !named.has(it.hash))
      .map((it) => ({ ...leave(block, it, 'the endpoint has no tracer'), own: false })),
  )
  if (candidates.length === 0) return unread
  const rows = await store.unreadAmong(
    chainId,
    candidates.map(({ hash, blockNumber }) => ({ transactionHash: hash, blockNumber })),
  )
  return [...unread, ...candidates.filter(({ hash }) => rows.has(hash))]
}
