import type { Address, Hash, Hex } from './address.ts'

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
  readonly nonce: number
  readonly value: bigint
  /** It has more gas than a plain transfer takes, or creates a contract: it may run code, which may move coin. */
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

export interface Block extends BlockHeader {
  readonly transactions: readonly BlockTransaction[]
}

export interface Log {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly transactionHash: Hash
  /** Place in the block; only the order counts, the deposit's id uses the place in its transaction. */
  readonly logIndex: number
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
  /** All logs, in order: a log's place among them is the deposit's position. */
  readonly logs: readonly Log[]
}
