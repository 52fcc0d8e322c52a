import type { Spending } from '../chains/budget.ts'
import type { DepositState } from '../deposits/deposit-state.ts'
import type { OperatorDoubt } from '../deposits/doubt.ts'

/** Number of unfinished deposits of one chain in one state. */
export interface Unfinished {
  readonly chainId: number
  readonly state: DepositState
  /** First word of the reason: it may continue with an id. '' for a state without a reason. */
  readonly reason: string
  readonly count: number
  /** Seconds since the oldest of these deposits was detected. */
  readonly oldestSeconds: number
}

/** Number of deposits of one chain that wait for an operator because of one kind of doubt. */
export interface DoubtedCount {
  readonly chainId: number
  readonly doubt: OperatorDoubt
  readonly count: number
}

/** Number of closed lanes of one chain (MONEY 22). */
export interface ClosedLanes {
  readonly chainId: number
  readonly role: LaneRole
  readonly count: number
}

export const laneRoles = ['keeper', 'wallet'] as const
export type LaneRole = (typeof laneRoles)[number]

/** Number of blocks of one chain that were never searched for a token. */
export interface UnsearchedBlocks {
  readonly chainId: number
  /** Address of the token. */
  readonly token: string
  readonly blocks: number
}

/** Money that the keepers of one chain spent for sweeps of one asset, in wei (MONEY 29). */
export interface KeeperSpending extends Spending {
  readonly chainId: number
  readonly asset: string
}

/** An asset whose sweeps are stopped (MONEY 30). */
export interface PausedAsset {
  readonly chainId: number
  readonly asset: string
  readonly by: 'operator' | 'breaker'
}

/** State of one chain according to the database. */
export interface ChainFigures {
  readonly chainId: number
  readonly paused: boolean
  /** External transactions that `recover` has not adopted yet. */
  readonly external: number
  /** The newest reconciliation of the chain; undefined before the first one. */
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
  /** Omits chains, states and reasons without deposits. */
  unfinished(): Promise<readonly Unfinished[]>
  /** Omits chains and doubts without deposits. */
  doubted(): Promise<readonly DoubtedCount[]>
  /** Omits chains and roles without closed lanes. */
  closedLanes(): Promise<readonly ClosedLanes[]>
  /** Returns the chains that `coldsweep migrate` has registered. */
  chains(): Promise<readonly ChainFigures[]>
  /** Omits chains and tokens whose blocks were all searched, rescanned or answered for. */
  unsearched(): Promise<readonly UnsearchedBlocks[]>
  /** Omits chains and assets for which nothing was spent in the last 24 hours. */
  spending(): Promise<readonly KeeperSpending[]>
  pausedAssets(): Promise<readonly PausedAsset[]>
}
