import type { Address, Hash, Hex } from '../address.ts'
import type { TransactionUnreadable } from '../errors.ts'

export interface BlockHeader {
  readonly number: bigint
  readonly hash: Hash
  readonly parentHash: Hash
  readonly logsBloom: Hex
  /** Seconds since 1970, by the chain. */
  readonly timestamp: bigint
}

/** A transaction of a block. Its receipt is not known yet: it may have failed. */
export interface BlockTransaction {
  readonly hash: Hash
  readonly index: number
  readonly from: Address
  /** null creates a contract */
  readonly to: Address | null
  /** null where the node omits it. */
  readonly nonce: number | null
  readonly value: bigint
  /**
   * It has more gas than a plain transfer takes, or creates a contract: it may run code, and code
   * may move native coin.
   */
  readonly mayRunCode: boolean
}

/** Native coin that code moved inside a transaction, by a node's tracer. */
export interface InternalTransfer {
  readonly transactionHash: Hash
  /** Place in the tree of calls: `0.2` is the third call of the first call. */
  readonly path: string
  /** Place among the transaction's transfers, in order of execution. */
  readonly order: number
  readonly from: Address
  readonly to: Address
  readonly value: bigint
}

/** A tracer's result for one block. */
export interface InternalTransfers {
  /** In order. */
  readonly transfers: readonly InternalTransfer[]
  /**
   * Transactions whose trace cannot be read, each with the reason. The coin that their code moved
   * is unknown.
   */
  readonly unreadable: readonly TransactionUnreadable[]
}

/** A transaction that a block lists with an unreadable field. */
export interface UnreadableTransaction {
  readonly hash: Hash
  readonly index: number
  readonly from: Address | null
  readonly nonce: number | null
  readonly why: string
  /**
   * The entry is complete except for its sender, which the receipt may name. A system transaction
   * may have no receipt.
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
   * Index in the block, counted by this node. Nodes differ, and so do the receipts and log searches
   * of one node: match logs by content.
   */
  readonly logIndex: number
  /** Set in a log search where only transaction and block could be read. */
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
  /** Fee of a rollup for its L1, in addition to gas; 0 on an L1. */
  readonly l1FeeWei: bigint
  /**
   * Logs in order. A reader may omit irrelevant logs, so an index in this list is no position: use
   * `place`.
   */
  readonly logs: readonly ReceiptLog[]
  /** Number of logs in the whole receipt, omitted logs included. */
  readonly logCount: number
}
