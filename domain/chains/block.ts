import type { Address, Hash, Hex } from '../address.ts'
import type { TransactionUnreadable } from '../errors.ts'

export interface BlockHeader {
  readonly number: bigint
  readonly hash: Hash
  readonly parentHash: Hash
  readonly logsBloom: Hex
  /** Seconds since 1970 as the chain says. */
  readonly timestamp: bigint
}

/** A block's transaction before its receipt is known: it may have failed. */
export interface BlockTransaction {
  readonly hash: Hash
  readonly index: number
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  /** null where the node tells none. */
  readonly nonce: number | null
  readonly value: bigint
  /**
   * It has more gas than a plain transfer takes, or creates a contract: it may run code, which may
   * move coin.
   */
  readonly mayRunCode: boolean
}

/** Native coin that code moved inside a transaction, as a node's tracer shows it. */
export interface InnerTransfer {
  readonly transactionHash: Hash
  /** Place in the tree of calls: `0.2` is the third call of the first call. */
  readonly path: string
  /** Place among its transaction's transfers, in the order of execution. */
  readonly order: number
  readonly from: Address
  readonly to: Address
  readonly value: bigint
}

/** What a tracer shows of one block. */
export interface InnerTransfers {
  /** In order. */
  readonly transfers: readonly InnerTransfer[]
  /**
   * Transactions whose trace can't be read, each with the reason: what their code moved is unknown.
   */
  readonly unreadable: readonly TransactionUnreadable[]
}

/** A transaction that a block lists with a field that cannot be read. */
export interface UnreadableTransaction {
  readonly hash: Hash
  readonly index: number
  readonly from: Address | null
  readonly nonce: number | null
  readonly why: string
  /**
   * Everything but its sender was read: the receipt may name it. A system transaction may have
   * none.
   */
  readonly senderless?: BlockTransaction & { readonly isSystem: boolean }
}

export interface Block extends BlockHeader {
  readonly transactions: readonly BlockTransaction[]
  readonly unreadable?: readonly UnreadableTransaction[]
}

export interface Log {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly transactionHash: Hash
  /**
   * Place in the block as this node counts. Nodes, and one node's receipts and log searches,
   * differ: match logs by content.
   */
  readonly logIndex: number
  /** Of a search: only its transaction and block could be read. */
  readonly unreadable?: true
}

/** A log with its place among all logs of its receipt, 0-based: the position of a deposit. */
export interface ReceiptLog extends Log {
  readonly place: number
}

export interface Receipt {
  readonly transactionHash: Hash
  readonly transactionIndex: number
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly from: Address
  readonly to: Address | null
  readonly ok: boolean
  readonly gasUsed: bigint
  readonly effectiveGasPriceWei: bigint
  /** What a rollup took beside the gas; 0 on an L1. */
  readonly l1FeeWei: bigint
  /**
   * Logs in order. A reader may leave out logs that nobody needs, so an index in this list is no
   * position: use `place`.
   */
  readonly logs: readonly ReceiptLog[]
  /** Logs of the whole receipt, those left out of `logs` included. */
  readonly logCount: number
}
