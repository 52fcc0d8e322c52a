import type { Address, Hash } from './address.ts'
import type { AssetId } from './asset.ts'

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
  /** Deposits whose sum fits this are covered (MONEY 11); for a native sweep that is the balance it was signed from. */
  readonly coverableAmount: bigint
  /** Nothing of the asset is left: every earlier deposit is covered. */
  readonly emptied: boolean
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
