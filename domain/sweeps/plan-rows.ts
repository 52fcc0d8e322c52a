import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import type { DepositState } from '../deposits/deposit-state.ts'
import type { SweepStore } from './sweep-store.ts'

/** Deposits of one wallet and asset that no sweep covers, with the same state and reason. */
export interface OpenDeposits {
  readonly chainId: number
  readonly wallet: Address
  readonly asset: AssetId
  readonly state: DepositState
  readonly reason: string
  readonly detail: string
  readonly deposits: number
  readonly amount: bigint
  readonly since: Date
  /** The oldest of the deposits. */
  readonly firstId: string
  /** Plan of their open sweep; null while none is planned. */
  readonly plan: {
    readonly amount: bigint
    readonly gasLimit: bigint
    readonly feeCapWei: bigint
  } | null
}

/** Reads the deposits that no sweep covers, for the plan that operators see. */
export interface PlanRows {
  /** Oldest change first. Dust is included, because its money lies in a wallet. */
  open(chainId: number | undefined): Promise<readonly OpenDeposits[]>
}

/**
 * The claims and questions of the plan activity for an operator's dry run. Each runs in a
 * transaction that is rolled back, so that it answers as the activity's would and changes nothing.
 */
export type DryRun = Pick<
  SweepStore,
  | 'deposit'
  | 'claim'
  | 'tokensGoFirst'
  | 'coverLate'
  | 'isGone'
  | 'isOwnInterest'
  | 'dustOrder'
  | 'heldCoin'
>
