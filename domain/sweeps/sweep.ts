import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** The plan from which the intents of a sweep are signed. */
export interface SweepPlan {
  /** Balance of the asset at the plan. */
  readonly amount: bigint
  readonly block: bigint
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  /** 0 when the wallet pays its own gas. */
  readonly gasShortWei: bigint
}

/** Result of a final sweep, by its receipt. */
export interface SweepOutcome {
  readonly txHash: Hash
  readonly blockNumber: bigint
  readonly txIndex: number
  /** Amount that left the wallet, including a native sweep's own fee. */
  readonly leftAmount: bigint
  readonly arrivedAmount: bigint
  /**
   * Deposits whose sum fits this amount are covered (MONEY 11). For a native sweep: the balance
   * that it was signed from.
   */
  readonly coverableAmount: bigint
  /** The node says that the sweep's block left nothing of the asset: see `isBelievedEmpty`. */
  readonly emptied: boolean
  /**
   * Balance after the sweep's block; null where the nodes no longer have that state, or contradict
   * themselves.
   */
  readonly remainingAmount: bigint | null
  /** Place of the outgoing Transfer among the receipt's logs; null for the native coin. */
  readonly logOrder: number | null
  /**
   * Credits of the same token to the wallet, logged before the outgoing Transfer; null for the
   * native coin, and for sweeps that an earlier release recorded.
   */
  readonly creditsBefore: number | null
  /** All fees of the sweep: gas transactions and its own. */
  readonly gasSpentWei: bigint
}

/** Moves one asset of one wallet to the cold wallet (MONEY 10). */
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
