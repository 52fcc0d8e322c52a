import type { Address, Hash } from '../../domain/address.ts'
import type {
  Block,
  BlockHeader,
  BlockTransaction,
  InnerTransfer,
  Log,
} from '../../domain/chains/block.ts'
import type { TransactionUnreadable } from '../../domain/errors.ts'
import { groupBy } from '../../domain/group-by.ts'
import { creditOf, type Watch, walletCredited } from './credit-rule.ts'

/** A block and its logs under ERC-20's Transfer topic from listed tokens. */
export interface BlockReading {
  readonly block: Block
  readonly logs: readonly Log[]
  /** What code moved inside its transactions, where that is traced. */
  readonly inner?: readonly InnerTransfer[]
  /** Transactions of which the log search may have left out logs: their receipts tell. */
  readonly doubtful?: readonly Hash[]
  /**
   * The node refused to list the block's logs, so that leaving some out is no fault of its answer.
   */
  readonly isRefused?: boolean
  /** Transactions whose trace can't be read. */
  readonly untraced?: readonly TransactionUnreadable[]
}

/** A transaction that may concern us; its receipt decides. */
export interface Hit {
  readonly block: BlockHeader
  readonly transaction: BlockTransaction
  /** Transfers to what may be wallets, as the node's log search gave them. */
  readonly logs: readonly Log[]
  /** Coin that its code moved to what may be wallets, or to a keeper. */
  readonly inner: readonly InnerTransfer[]
  /** Addresses that may be wallets and would be credited. */
  readonly wallets: readonly Address[]
  /** What may be a user wallet, and sent it: nobody but us should (MONEY 5). */
  readonly sender: Address | undefined
  /**
   * A keeper sent it, or native coin goes to a keeper: its receipt is needed whatever the wallets
   * turn out to be.
   */
  readonly keeper: boolean
}

/** The transactions of a block whose receipts are worth asking for. */
export function findHits(reading: BlockReading, watch: Watch): readonly Hit[] {
  const { block, logs, inner = [] } = reading
  const credited = logs.flatMap((log) => {
    const wallet = walletCredited(log, watch)
    return wallet === undefined ? [] : [{ log, wallet }]
  })
  const creditedIn = groupBy(credited, ({ log }) => log.transactionHash)
  const internalIn = groupBy(inner, ({ transactionHash }) => transactionHash)
  /** A log of theirs can't be read, or may be left out: the receipt says what it is. */
  const doubtful = new Set<Hash>(reading.doubtful)
  for (const log of logs) if (log.unreadable) doubtful.add(log.transactionHash)
  const listed = new Set(block.transactions.map(({ hash }) => hash))
  const named = new Set([...creditedIn.keys(), ...doubtful])
  const unlisted = [...named].filter((hash) => !listed.has(hash))
  return [...block.transactions, ...unlisted.map(systemTransaction)].flatMap((transaction) => {
    const { hash, from, to, value } = transaction
    const tokens = creditedIn.get(hash) ?? []
    const own = creditOf({ asset: 'native', from, to, amount: value }, [from], watch)
    const paid = (internalIn.get(hash) ?? []).flatMap((transfer) => {
      const credit = creditOf(movedInside(transfer), [from], watch)
      return credit ? [{ transfer, credit }] : []
    })
    const native = [...(own ? [own] : []), ...paid.map(({ credit }) => credit)]
    const wallets = [
      ...native.filter(({ kind }) => kind === 'deposit').map((credit) => credit.to),
      ...tokens.map(({ wallet }) => wallet),
    ]
    const sender = watch.isWallet(from) ? from : undefined
    const keeper =
      doubtful.has(hash) || watch.keepers.has(from) || native.some(({ kind }) => kind === 'refill')
    if (!keeper && !sender && wallets.length === 0) return []
    const hit = { block, transaction, wallets, sender, keeper }
    return [
      { ...hit, logs: tokens.map(({ log }) => log), inner: paid.map(({ transfer }) => transfer) },
    ]
  })
}

/** The place of a transaction that its block does not list. */
export const notListed = -1

/**
 * Logs of a transaction that the block does not list (Polygon's bridge deposits): it moves no
 * native coin of its own.
 */
function systemTransaction(hash: Hash): BlockTransaction {
  return {
    hash,
    index: notListed,
    from: `0x${'0'.repeat(40)}`,
    to: null,
    nonce: 0,
    value: 0n,
    mayRunCode: false,
  }
}

/** The movement of an internal transfer. */
export function movedInside({ from, to, value }: InnerTransfer) {
  return { asset: 'native', from, to, amount: value, isInternal: true } as const
}
