import type { Address, Hash } from '../address.ts'

/** A transaction of a canonical block that no endpoint could show whole: two tries failed. */
export interface SeenUnread {
  readonly hash: Hash
  readonly blockNumber: bigint
  readonly blockHash: Hash
  /** null where not even the sender can be read. */
  readonly sender: Address | null
  /** null where it cannot be read. */
  readonly nonce: bigint | null
  /** The sender is a keeper or a user wallet. */
  readonly own: boolean
  /**
   * The receipt was read, only what code moved inside is unknown: a transaction that no attempt
   * explains has closed its sender's lane as an external one, so the row closes none.
   */
  readonly untraced?: boolean
  /** Each try said that the block has no receipt of it. */
  readonly absent?: boolean
  /** The other block that the receipts of all tries name. */
  readonly minedIn?: { readonly number: bigint; readonly hash: Hash }
  /** What each try answered. */
  readonly why: string
}

/**
 * Open rows of one chain. Transactions above the cap share one row that names a range of blocks.
 * One row of each own sender is always kept, so that a flood hides nobody's use of a key.
 */
export const openUnreadRows = 256

/** An unread transaction this old is an alarm. */
export const unreadAlarmAfterMs = 10 * 60_000
/** At most one alarm a chain in this time, however many transactions became old meanwhile. */
export const unreadAlarmEveryMs = 10 * 60_000

const longestPauseSeconds = 600

/**
 * Seconds until the next try: 1 after the two tries of the scan, doubled after each further one, at
 * most 10 minutes.
 */
export function nextUnreadTrySeconds(tries: number): number {
  return Math.min(longestPauseSeconds, 2 ** Math.min(Math.max(tries - 2, 0), 20))
}
