import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** Plan from which the intents of a sweep are signed. */
export interface SweepPlan {
  /** Balance of the asset at `block`, in the smallest unit. */
  readonly amount: bigint
  readonly block: bigint
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  /** Gas money that the wallet lacks; 0 when its balance pays for the gas. */
  readonly gasShortWei: bigint
}

/** Result of a final sweep according to its receipt. Amounts in the smallest unit. */
export interface SweepOutcome {
  readonly txHash: Hash
  readonly blockNumber: bigint
  readonly txIndex: number
  /** Amount that left the wallet. For a native sweep it includes the fee. */
  readonly leftAmount: bigint
  readonly arrivedAmount: bigint
  /**
   * Limit for the sum of the covered deposits (MONEY 11). For a native sweep it is the balance that
   * the sweep was signed for.
   */
  readonly coverableAmount: bigint
  /** The node reports a balance of 0 after the sweep's block. See `isBelievedEmpty`. */
  readonly emptied: boolean
  /**
   * Balance after the sweep's block; null where the nodes no longer have that state, or where their
   * answers contradict each other.
   */
  readonly remainingAmount: bigint | null
  /** Place of the outgoing Transfer among the receipt's logs; null for the native coin. */
  readonly logOrder: number | null
  /**
   * Number of credits of the same token to the wallet that were logged before the outgoing
   * Transfer. null for the native coin, and for sweeps that an earlier version recorded.
   */
  readonly creditsBefore: number | null
  /** Fees of all transactions of the sweep, including its gas transactions, in wei. */
  readonly gasSpentWei: bigint
}

/** A transfer of one asset of one wallet to the cold wallet (MONEY 10). */
export interface Sweep {
  readonly id: string
  readonly chainId: number
  readonly wallet: Address
  readonly asset: AssetId
  readonly closed: boolean
  readonly leaseHolder: string | null
  readonly plan: SweepPlan | null
  readonly outcome: SweepOutcome | null
}
