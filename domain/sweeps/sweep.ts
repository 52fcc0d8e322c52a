import type { Address, Hash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/** What the intents of a sweep are signed from. */
export interface SweepPlan {
  /** Balance of the asset when planned. */
  readonly amount: bigint
  readonly block: bigint
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  /** 0 when the wallet pays its own gas. */
  readonly gasShortWei: bigint
}

/** What the final receipt says. */
export interface SweepOutcome {
  readonly txHash: Hash
  readonly blockNumber: bigint
  readonly txIndex: number
  /** What went out of the wallet, the native coin's own fee included. */
  readonly leftAmount: bigint
  readonly arrivedAmount: bigint
  /**
   * Deposits whose sum fits this are covered (MONEY 11); for a native sweep that is the balance it
   * was signed from.
   */
  readonly coverableAmount: bigint
  /** The node says that the sweep's block left nothing of the asset: see `isBelievedEmpty`. */
  readonly emptied: boolean
  /**
   * Balance after the sweep's block; null where the nodes have forgotten that state, or contradict
   * themselves about it.
   */
  readonly remainingAmount: bigint | null
  /** Place of the outgoing Transfer among the receipt's logs; null for the native coin. */
  readonly logOrder: number | null
  /**
   * Credits of the same token to the wallet among the receipt's logs before the outgoing Transfer;
   * null for the native coin, and where an earlier release recorded the sweep.
   */
  readonly creditsBefore: number | null
  /** All fees of the sweep: gas transactions and its own. */
  readonly gasSpentWei: bigint
}

/** The emptying of one wallet's one asset (MONEY 10). */
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
