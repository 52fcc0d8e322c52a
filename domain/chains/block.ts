import type { Address, Hash, Hex } from '../address.ts'
import type { TransactionUnreadable } from '../errors.ts'

/** The header fields that coldsweep uses. */
export interface BlockHeader {
  readonly number: bigint
  readonly hash: Hash
  readonly parentHash: Hash
  readonly logsBloom: Hex
  /** Seconds since 1970, according to the chain. */
  readonly timestamp: bigint
}

/** A transaction as its block lists it. Only the receipt shows whether it failed. */
export interface BlockTransaction {
  readonly hash: Hash
  readonly index: number
  readonly from: Address
  /** null where the transaction creates a contract. */
  readonly to: Address | null
  /** null where the node omits the nonce. */
  readonly nonce: number | null
  readonly value: bigint
  /**
   * Whether the transaction may run code, which may move native coin: its gas limit is above
   * 21,000, or it creates a contract.
   */
  readonly mayRunCode: boolean
}

/** A transfer of native coin by code inside a transaction, as a node's tracer reports it. */
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
  /** In order of execution. */
  readonly transfers: readonly InternalTransfer[]
  /**
   * Transactions whose trace cannot be read, each with the reason. Their internal transfers are
   * unknown.
   */
  readonly unreadable: readonly TransactionUnreadable[]
}

/** A transaction that a block lists with at least one unreadable field. */
export interface UnreadableTransaction {
  readonly hash: Hash
  readonly index: number
  readonly from: Address | null
  readonly nonce: number | null
  /** Description of the unreadable field. */
  readonly why: string
  /**
   * The fields of an entry in which only the sender is unreadable. The receipt may name the sender,
   * but a system transaction may have no receipt.
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
   * Index in the block as this node counts it. Other nodes count differently, and one node may
   * count differently in receipts and in log searches. Therefore coldsweep matches logs by content.
   */
  readonly logIndex: number
  /**
   * Set where a log search returned a log of which only the transaction and the block could be
   * read.
   */
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
  /** Fee that a rollup charges for its L1, in addition to gas; 0 on an L1. */
  readonly l1FeeWei: bigint
  /**
   * Logs in order. A reader may omit irrelevant logs, so the index in this list is not the log's
   * position: use `place`.
   */
  readonly logs: readonly ReceiptLog[]
  /** Number of logs in the whole receipt, omitted logs included. */
  readonly logCount: number
}
