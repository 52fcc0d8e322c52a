import type { DepositState } from '../deposits/deposit-state.ts'
import type { OperatorDoubt } from '../deposits/doubt.ts'

/** Deposits of one chain in one state that have an end before them. */
export interface Unfinished {
  readonly chainId: number
  readonly state: DepositState
  readonly count: number
  /** Since the oldest of them was detected. */
  readonly oldestSeconds: number
}

/** Deposits of one chain whose doubt waits for an operator. */
export interface DoubtedCount {
  readonly chainId: number
  readonly doubt: OperatorDoubt
  readonly count: number
}

/** What our rows say of one chain. */
export interface ChainFigures {
  readonly chainId: number
  readonly paused: boolean
  /** Its newest reconciliation; undefined before the first. */
  readonly reconciled:
    | {
        readonly height: bigint
        readonly differences: number
        readonly ageSeconds: number
      }
    | undefined
}

/** For metrics and warnings, from our own rows alone. */
export interface RowFigures {
  /** Chains and states without any are left out. */
  unfinished(): Promise<readonly Unfinished[]>
  /** Chains and doubts without any are left out. */
  doubted(): Promise<readonly DoubtedCount[]>
  /** Chains that `migrate` has met. */
  chains(): Promise<readonly ChainFigures[]>
}
