import type { Address, Hash } from '../address.ts'

/** A transaction that a keeper or a user wallet sent, as its block and receipt show it. */
export interface SeenOwnTransaction {
  readonly hash: Hash
  readonly sender: Address
  readonly nonce: bigint
  /** null where the transaction creates a contract. */
  readonly to: Address | null
  readonly valueWei: bigint
  /** All costs in addition to the value, in wei. */
  readonly feeWei: bigint
  readonly ok: boolean
  readonly blockNumber: bigint
  readonly blockHash: Hash
}

/** Signal that a gas transaction of ours was mined with status 1. */
export interface GasSignal {
  readonly chainId: number
  readonly hash: Hash
  readonly transactionKey: string
  /** Workflow that holds the sweep's lease and waits for the gas; null without a lease. */
  readonly workflowId: string | null
  readonly blockNumber: bigint
  readonly blockHash: Hash
}

/** The balance of a keeper with which its books start (MONEY 23). */
export interface KeeperOpening {
  readonly keeper: Address
  readonly balanceWei: bigint
  readonly blockNumber: bigint
}
