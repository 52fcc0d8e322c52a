import type { Hash } from '../address.ts'

/** A block whose open unread rows are due to be read again. */
export interface DueUnread {
  readonly blockNumber: bigint
  /** undefined for blocks of the range above the cap, whose hashes are not kept. */
  readonly blockHash: Hash | undefined
  /** Those with an open row. */
  readonly transactions: readonly Hash[]
  /** The most of any of its rows. */
  readonly tries: number
}

export interface UnreadFigures {
  readonly open: number
  /** Of the range above the cap; 0 without one. */
  readonly blocks: number
  readonly oldestSeconds: number
}

/** Old unread transactions that nobody was alarmed for yet. */
export interface UnreadAlarm {
  readonly count: number
  /** The first few. */
  readonly hashes: readonly Hash[]
  /** The range above the cap. */
  readonly blocks: string | undefined
  readonly why: string
}

/** Unread transactions as the background reader and the metrics need them. */
export interface UnreadStore {
  /** Blocks to read again now, longest due first. */
  dueUnread(chainId: number, limit: number): Promise<readonly DueUnread[]>
  /** The block could not be read again at all: its rows wait longer. */
  noteUnreadTry(chainId: number, block: DueUnread, why: string): Promise<void>
  /** Of these transactions those with a row, answered for or not, or in the range above the cap. */
  unreadAmong(
    chainId: number,
    found: readonly { readonly transactionHash: Hash; readonly blockNumber: bigint }[],
  ): Promise<ReadonlySet<Hash>>
  unreadFigures(chainId: number): Promise<UnreadFigures>
  /**
   * Marks what is old enough as alarmed and returns it; undefined while there is none, or the last
   * alarm is recent.
   */
  takeUnreadAlarm(chainId: number): Promise<UnreadAlarm | undefined>
}
