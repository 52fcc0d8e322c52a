import type { Address, Hash } from '../../domain/address.ts'
import type {
  Block,
  BlockHeader,
  BlockTransaction,
  InnerTransfer,
  Log,
} from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import type { TransactionUnreadable } from '../../domain/errors.ts'

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

/** What a chain's scanner looks for. Addresses are lower-case. */
export interface Watch {
  readonly chainId: number
  readonly tokens: ReadonlySet<Address>
  /** Current and retired: coin from any of them is no deposit (MONEY 13). */
  readonly keepers: ReadonlySet<Address>
  /** May err towards yes. */
  readonly isWallet: (address: Address) => boolean
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
  const transfersByHash = new Map<Hash, { logs: Log[]; wallets: Address[] }>()
  /** A log of theirs can't be read, or may be left out: the receipt says what it is. */
  const doubtful = new Set<Hash>(reading.doubtful)
  for (const log of logs) {
    if (log.unreadable) doubtful.add(log.transactionHash)
    const to = creditedBy(log, watch)
    if (to === undefined) continue
    const known = transfersByHash.get(log.transactionHash) ?? { logs: [], wallets: [] }
    known.logs.push(log)
    known.wallets.push(to)
    transfersByHash.set(log.transactionHash, known)
  }
  const moved = inner.filter((transfer) => concerns(transfer, watch))
  const listed = new Set(block.transactions.map(({ hash }) => hash))
  const told = new Set([...transfersByHash.keys(), ...doubtful])
  const unlisted = [...told].filter((hash) => !listed.has(hash))
  return [...block.transactions, ...unlisted.map(systemTransaction)].flatMap((transaction) => {
    const transfers = transfersByHash.get(transaction.hash)
    const { from, to, value } = transaction
    const pays = to !== null && value > 0n && to !== from
    // MONEY 13: keeper coin is no deposit, by way of a contract neither.
    const paid = watch.keepers.has(from)
      ? []
      : moved.filter((it) => it.transactionHash === transaction.hash)
    const keeper =
      doubtful.has(transaction.hash) ||
      watch.keepers.has(from) ||
      (pays && watch.keepers.has(to)) ||
      paid.some((it) => watch.keepers.has(it.to))
    const wallet = pays && !watch.keepers.has(from) && watch.isWallet(to) ? [to] : []
    const sender = watch.isWallet(from) ? from : undefined
    const paidWallets = paid.map((it) => it.to).filter((it) => !watch.keepers.has(it))
    const wallets = [...wallet, ...(transfers?.wallets ?? []), ...paidWallets]
    if (!keeper && !sender && wallets.length === 0) return []
    return [
      { block, transaction, logs: transfers?.logs ?? [], inner: paid, wallets, sender, keeper },
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

/** The wallet that a log may credit: MONEY 13, and nothing moves when a wallet pays itself. */
export function creditedBy(log: Log, watch: Watch): Address | undefined {
  const transfer = readTransfer(log)
  if (!transfer || !watch.tokens.has(transfer.token) || transfer.amount === 0n) return undefined
  return transfer.to !== transfer.from && watch.isWallet(transfer.to) ? transfer.to : undefined
}

/**
 * Coin of a keeper is none of anybody's deposits; a keeper that is paid by others is refilled
 * (MONEY 13, 23).
 */
function concerns({ from, to, value }: InnerTransfer, watch: Watch): boolean {
  if (value === 0n || from === to || watch.keepers.has(from)) return false
  return watch.keepers.has(to) || watch.isWallet(to)
}
