import type { DepositState } from '../deposits/deposit-state.ts'
import type { OperatorDoubt } from '../deposits/doubt.ts'

/** Number of unfinished deposits of one chain in one state. */
export interface Unfinished {
  readonly chainId: number
  readonly state: DepositState
  readonly count: number
  /** Seconds since the oldest of these deposits was detected. */
  readonly oldestSeconds: number
}

/** Number of deposits of one chain whose doubt waits for an operator. */
export interface DoubtedCount {
  readonly chainId: number
  readonly doubt: OperatorDoubt
  readonly count: number
}

/** State of one chain according to the database. */
export interface ChainFigures {
  readonly chainId: number
  readonly paused: boolean
  /** The newest reconciliation of the chain; undefined before the first. */
  readonly reconciled:
    | {
        readonly height: bigint
        readonly differences: number
        readonly ageSeconds: number
      }
    | undefined
}

/** Figures for metrics and warnings, from the database alone. */
export interface RowFigures {
  /** Omits chains and states without deposits. */
  unfinished(): Promise<readonly Unfinished[]>
  /** Omits chains and doubts without deposits. */
  doubted(): Promise<readonly DoubtedCount[]>
  /** Chains that `migrate` has registered. */
  chains(): Promise<readonly ChainFigures[]>
}
