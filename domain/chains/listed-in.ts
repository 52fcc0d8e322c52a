import type { Address, Hash } from '../address.ts'
import type { Block } from './block.ts'

/** One entry of a block's transaction list, readable or not. */
export interface ListedTransaction {
  readonly hash: Hash
  readonly index: number
  /** null where the block does not name the sender. */
  readonly from: Address | null
  /** null creates a contract; undefined where the entry cannot be read. */
  readonly to: Address | null | undefined
  /**
   * An entry that cannot be read counts as false: it becomes an unread row, and its block is read
   * again as a whole. An entry without a sender may become readable by its receipt, so its code
   * counts.
   */
  readonly mayRunCode: boolean
}

/** All transactions that a block lists, in the order of the block. */
export function listedIn({
  transactions,
  unreadable = [],
}: Pick<Block, 'transactions' | 'unreadable'>): readonly ListedTransaction[] {
  const others = unreadable.map(({ hash, index, from, senderless }) => ({
    hash,
    index,
    from,
    to: senderless?.to,
    mayRunCode: senderless?.mayRunCode ?? false,
  }))
  return others.length === 0
    ? transactions
    : [...transactions, ...others].sort((a, b) => a.index - b.index)
}
