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
   * false for an unreadable entry: it becomes an unread row, and its block is read again as a
   * whole. An entry without a sender may become readable by its receipt, so its own flag counts.
   */
  readonly mayRunCode: boolean
}

/** All transactions that a block lists, readable or not, in block order. */
export function listedTransactions({
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
