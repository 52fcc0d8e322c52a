import type { DepositView } from '../deposits/deposit-view.ts'
import type { Transaction } from '../lanes/transaction.ts'

/**
 * A sweep's row as operators see it: plan, lease and outcome. Amounts are in the asset's smallest
 * unit or in wei.
 */
export interface StoredSweep {
  readonly id: string
  readonly method: string
  readonly openedAt: Date
  readonly closedAt: Date | null
  readonly outcome: string | null
  readonly leaseHolder: string | null
  readonly leaseUntil: Date | null
  readonly plannedAmount: bigint | null
  readonly gasLimit: bigint | null
  readonly feeCapWei: bigint | null
  readonly gasShortWei: bigint | null
  readonly leftAmount: bigint | null
  readonly arrivedAmount: bigint | null
  readonly gasReturnedWei: bigint | null
  readonly gasSpentWei: bigint | null
  readonly txHash: string | null
  readonly blockNumber: bigint | null
}

/** Number of times that an attempt was sent, and the node's last error. */
export interface SendRecord {
  readonly sends: number
  readonly lastError: string | null
}

/** An operator's order, from the audit. */
export interface OperatorAction {
  readonly doneAt: Date
  readonly operator: string
  readonly action: string
  readonly reason: string
}

/** The database's facts about one deposit and its sweep. */
export interface SweepDetails {
  readonly sweep: StoredSweep | undefined
  /** Oldest first, with their attempts. */
  readonly transactions: readonly Transaction[]
  /** Keyed by the attempt's hash. */
  readonly sends: ReadonlyMap<string, SendRecord>
  /** Other deposits that the same sweep covers, or whose runs drive it. */
  readonly others: readonly DepositView[]
  readonly actions: readonly OperatorAction[]
  /** Progress of the chain's scanner; undefined before its first start. */
  readonly scanner: { readonly height: bigint; readonly finalHeight: bigint | null } | undefined
}
