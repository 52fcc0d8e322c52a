import type { Hash } from '../address.ts'

/** A block with unread transactions that is due to be read again. */
export interface DueUnread {
  readonly blockNumber: bigint
  /** undefined for blocks of the range above the cap, whose hashes are not kept. */
  readonly blockHash: Hash | undefined
  /** Unread transactions of the block; empty for blocks of the range. */
  readonly transactions: readonly Hash[]
  /** Highest number of tries of any of these transactions. */
  readonly tries: number
}

/** Figures about the unread transactions of a chain, for metrics. */
export interface UnreadFigures {
  /** Number of open rows. */
  readonly open: number
  /** Number of blocks in the range above the cap; 0 without a range. */
  readonly blocks: number
  /** Age of the oldest open row. */
  readonly oldestSeconds: number
}

/** An alarm about unread transactions that are old and have not been reported yet. */
export interface UnreadAlarm {
  readonly count: number
  /** Hashes of the first few transactions. */
  readonly hashes: readonly Hash[]
  /** Description of the range above the cap; undefined without a range. */
  readonly blocks: string | undefined
  readonly why: string
}

/** Database access to unread transactions, for the background reader and the metrics. */
export interface UnreadStore {
  /** Blocks to read again now. Blocks that have been due for the longest time come first. */
  dueUnread(chainId: number, limit: number): Promise<readonly DueUnread[]>
  /** Records that the block could not be read again. The wait until the next try grows. */
  noteUnreadTry(chainId: number, block: DueUnread, why: string): Promise<void>
  /**
   * The given transactions that have an unread row, open or closed, or are in the range above the
   * cap.
   */
  unreadAmong(
    chainId: number,
    found: readonly { readonly transactionHash: Hash; readonly blockNumber: bigint }[],
  ): Promise<ReadonlySet<Hash>>
  unreadFigures(chainId: number): Promise<UnreadFigures>
  /**
   * Returns an alarm about old unread transactions and marks them as reported. undefined if there
   * are none, or if the last alarm is recent.
   */
  takeUnreadAlarm(chainId: number): Promise<UnreadAlarm | undefined>
}
