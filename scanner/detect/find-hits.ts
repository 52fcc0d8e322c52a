import type { Address, Hash } from '../../domain/address.ts'
import type {
  Block,
  BlockHeader,
  BlockTransaction,
  InternalTransfer,
  Log,
} from '../../domain/chains/block.ts'
import type { TransactionUnreadable } from '../../domain/errors.ts'
import { groupBy } from '../../domain/lists.ts'
import { creditOf, movedInside, type Watch, walletCredited } from '../../domain/scan/credit-rule.ts'

/** A block and its ERC-20 Transfer logs of listed tokens. */
export interface BlockReading {
  readonly block: Block
  readonly logs: readonly Log[]
  /** Internal transfers of the block's transactions, where the chain is traced. */
  readonly internal?: readonly InternalTransfer[]
  /** Transactions of which the log search may have omitted logs. Their receipts decide. */
  readonly doubtful?: readonly Hash[]
  /** The node refused to list the block's logs, so omitted logs do not make its answer wrong. */
  readonly isRefused?: boolean
  /** Transactions whose trace cannot be read. */
  readonly untraced?: readonly TransactionUnreadable[]
}

/** A transaction that may involve our addresses. Its receipt decides. */
export interface Hit {
  readonly block: BlockHeader
  readonly transaction: BlockTransaction
  /** Transfers to possible wallets, as the node's log search returned them. */
  readonly logs: readonly Log[]
  /** Internal transfers to possible wallets, or to a keeper. */
  readonly internal: readonly InternalTransfer[]
  /** Possible wallets that the transaction would credit. */
  readonly wallets: readonly Address[]
  /**
   * The sender, if it may be a user wallet: only coldsweep should send from a user wallet (MONEY
   * 5).
   */
  readonly sender: Address | undefined
  /**
   * A keeper is the sender or receives native coin, or the transaction is doubtful: the receipt is
   * needed in any case.
   */
  readonly keeper: boolean
}

/** Returns the transactions of a block whose receipts must be requested. */
export function findHits(reading: BlockReading, watch: Watch): readonly Hit[] {
  const { block, logs, internal = [] } = reading
  const credited = logs.flatMap((log) => {
    const wallet = walletCredited(log, watch)
    return wallet === undefined ? [] : [{ log, wallet }]
  })
  const creditedIn = groupBy(credited, ({ log }) => log.transactionHash)
  const internalIn = groupBy(internal, ({ transactionHash }) => transactionHash)
  /** Transactions with a log that cannot be read or may be omitted. The receipt decides. */
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
      {
        ...hit,
        logs: tokens.map(({ log }) => log),
        internal: paid.map(({ transfer }) => transfer),
      },
    ]
  })
}

/** Index of a transaction that its block does not list. */
export const notListed = -1

/**
 * Returns a stand-in for a transaction that has logs but is not listed by its block (Polygon's
 * bridge deposits). Such a transaction moves no native coin of its own.
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
