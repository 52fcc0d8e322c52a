import type { Hash } from '../address.ts'

/**
 * A block with unread transactions that is due to be read again. Each chain keeps a row for up to
 * `openUnreadRows` unread transactions (the cap). The other unread transactions share one range of
 * blocks.
 */
export interface DueUnread {
  readonly blockNumber: bigint
  /** undefined for a block of the range above the cap, because its hash is not kept. */
  readonly blockHash: Hash | undefined
  /** Unread transactions of the block; empty for a block of the range. */
  readonly transactions: readonly Hash[]
  /** Number of tries of the transaction that was tried most often. */
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
  /**
   * Returns the blocks to read again now. The block that has been due for the longest time is
   * first.
   */
  dueUnread(chainId: number, limit: number): Promise<readonly DueUnread[]>
  /** Records that the block could not be read again. The wait until the next try grows. */
  noteUnreadTry(chainId: number, block: DueUnread, why: string): Promise<void>
  /**
   * Returns those of the given transactions that have an unread row, open or closed, or are in the
   * range above the cap.
   */
  unreadAmong(
    chainId: number,
    found: readonly { readonly transactionHash: Hash; readonly blockNumber: bigint }[],
  ): Promise<ReadonlySet<Hash>>
  unreadFigures(chainId: number): Promise<UnreadFigures>
  /**
   * Returns an alarm about old unread transactions and marks them as reported. Returns undefined if
   * there are no such transactions, or if the last alarm is recent.
   */
  takeUnreadAlarm(chainId: number): Promise<UnreadAlarm | undefined>
}
