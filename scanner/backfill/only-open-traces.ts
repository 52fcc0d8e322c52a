import type { SeenUnread } from '../../domain/scan/unread.ts'
import type { UnreadStore } from '../../domain/scan/unread-store.ts'

/**
 * What a reading for unread rows leaves unread. It may run out of time before it has traced a
 * transaction that an earlier reading did trace: that opens no row, else two transactions could
 * take turns for ever.
 */
export async function onlyOpenTraces(
  store: Pick<UnreadStore, 'unreadAmong'>,
  chainId: number,
  unread: readonly SeenUnread[],
): Promise<readonly SeenUnread[]> {
  const untraced = unread.filter((one) => one.untraced)
  if (untraced.length === 0) return unread
  const rows = await store.unreadAmong(
    chainId,
    untraced.map(({ hash, blockNumber }) => ({ transactionHash: hash, blockNumber })),
  )
  return unread.filter((one) => !one.untraced || rows.has(one.hash))
}
