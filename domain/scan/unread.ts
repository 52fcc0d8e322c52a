import type { Address, Hash } from '../address.ts'

/** A transaction of a canonical block that no endpoint could show completely in two tries. */
export interface SeenUnread {
  readonly hash: Hash
  readonly blockNumber: bigint
  readonly blockHash: Hash
  /** null where the sender cannot be read either. */
  readonly sender: Address | null
  /** null where the nonce cannot be read. */
  readonly nonce: bigint | null
  /** Whether the sender is a keeper or a user wallet. */
  readonly own: boolean
  /**
   * Only the internal transfers are unknown; the receipt was read. The unread row does not close
   * the sender's lane: if no attempt explains the transaction, the receipt has already made it an
   * external transaction, which closes the lane.
   */
  readonly untraced?: boolean
  /** In each try the node had no receipt of the transaction in this block. */
  readonly absent?: boolean
  /** Another block, if the receipts of all tries name the same other block. */
  readonly minedIn?: { readonly number: bigint; readonly hash: Hash }
  /** Errors of the tries. */
  readonly why: string
}

/**
 * Highest number of open rows of one chain. Unread transactions above this cap share one row that
 * names a range of blocks. One row of each keeper and user wallet is always kept, so that a flood
 * of transactions cannot hide the use of a stolen key.
 */
export const openUnreadRows = 256

/** Age at which an unread transaction raises an alarm. */
export const unreadAlarmAfterMs = 10 * 60_000
/** Shortest time between two alarms of a chain, however many transactions are old. */
export const unreadAlarmEveryMs = 10 * 60_000

const longestPauseSeconds = 600

/**
 * Returns the seconds until the next try: 1 after the two tries of the scan, doubled after each
 * further try, up to 600.
 */
export function nextUnreadTrySeconds(tries: number): number {
  return Math.min(longestPauseSeconds, 2 ** Math.min(Math.max(tries - 2, 0), 20))
}
