import type { DepositState } from '../deposit-state.ts'

/** Deposits of one chain in one state that have an end before them. */
export interface Unfinished {
  readonly chainId: number
  readonly state: DepositState
  readonly count: number
  /** Since the oldest of them was detected. */
  readonly oldestSeconds: number
}

export interface UnfinishedDeposits {
  /** Chains and states without any are left out. */
  measure(): Promise<readonly Unfinished[]>
}
