import type { Block } from '../../domain/chains/block.ts'
import type { SeenUnread } from '../../domain/scan/unread.ts'
import type { UnreadStore } from '../../domain/scan/unread-store.ts'
import { leave } from './read-or-leave.ts'

/**
 * Adds the unread rows that a reading without traces must keep open: the internal transfers of
 * these transactions are still unknown, and another endpoint may trace them. The receipts of these
 * transactions are credited as usual.
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
  const rows = await openRows(store, chainId, candidates)
  return [...unread, ...candidates.filter(({ hash }) => rows.has(hash))]
}

/**
 * Drops untraced transactions that have no open row. A repeated reading may run out of time before
 * it traces a transaction that an earlier reading traced. With a new row for that transaction, two
 * transactions could alternate between read and unread forever.
 */
export async function onlyOpenTraces(
  store: Pick<UnreadStore, 'unreadAmong'>,
  chainId: number,
  unread: readonly SeenUnread[],
): Promise<readonly SeenUnread[]> {
  const untraced = unread.filter((one) => one.untraced)
  const rows = await openRows(store, chainId, untraced)
  return unread.filter((one) => !one.untraced || rows.has(one.hash))
}

async function openRows(
  store: Pick<UnreadStore, 'unreadAmong'>,
  chainId: number,
  transactions: readonly Pick<SeenUnread, 'hash' | 'blockNumber'>[],
): ReturnType<UnreadStore['unreadAmong']> {
  if (transactions.length === 0) return new Set()
  return await store.unreadAmong(
    chainId,
    transactions.map(({ hash, blockNumber }) => ({ transactionHash: hash, blockNumber })),
  )
}
