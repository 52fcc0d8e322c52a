import type { Address, Hash } from '../address.ts'
import type { Block } from './block.ts'

/** One entry of a block's transaction list, readable or not. */
export interface ListedTransaction {
  readonly hash: Hash
  readonly index: number
  /** null where the block does not name the sender. */
  readonly from: Address | null
  /** null where the transaction creates a contract; undefined where the entry cannot be read. */
  readonly to: Address | null | undefined
  /**
   * Whether the transaction may run code. false for an unreadable entry, because such an entry is
   * stored as unread and its block is read again later. An entry that lacks only its sender keeps
   * its flag, because the receipt may name the sender.
   */
  readonly mayRunCode: boolean
}

/** Returns all transactions that a block lists, readable or not, in block order. */
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
