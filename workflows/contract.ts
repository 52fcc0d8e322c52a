/**
 * Ids, inputs, messages and results that workflows, activities, the intake and the CLI exchange.
 * Amounts are decimal strings, because Temporal's converter rejects bigint. This file imports
 * nothing, so that all sides may import it.
 */

/**
 * Returns the workflow id of a deposit. PostgreSQL guarantees exactly-once, not this id. A
 * terminated run may be started again with the same id.
 */
export function sweepWorkflowId(depositId: string): string {
  return `sweep-${depositId.replaceAll(':', '-')}`
}

export const sweepTaskQueue = 'coldsweep'

export const workflowTypes = {
  nativeSweep: 'nativeSweep',
  tokenSweep: 'tokenSweep',
  keeperWatch: 'keeperWatch',
  adopt: 'adopt',
  reconcile: 'reconcile',
} as const

export const scheduleIds = {
  keeperWatch: (chainId: number) => `coldsweep-keeper-watch-${chainId}`,
  adopt: 'coldsweep-adopt',
  reconcile: (chainId: number) => `coldsweep-reconcile-${chainId}`,
} as const

/** Names of the search attributes. All have the type Keyword. */
export const searchAttributeNames = {
  sweepState: 'SweepState',
  chainId: 'ChainId',
  asset: 'Asset',
  wallet: 'Wallet',
} as const

/** Values of `SweepState`; finer states are in the current details and in the deposit's row. */
export type SweepStateAttribute = 'sweeping' | 'needs-attention' | 'done' | 'ignored' | 'orphaned'

/** Web UI query for deposits that need a person. */
export const needsAttentionQuery = "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'"

/**
 * Durations of all waits, in milliseconds, from config. They are part of a run's input, so that
 * tests can use milliseconds and a replay uses the same durations as the first execution.
 */
export interface SweepTimers {
  /** How long a run waits for the gas signal before it requests the receipt. */
  readonly gasWaitMs: number
  /** How long a parked sweep sleeps before it plans again without a wake-up. */
  readonly recheckMs: number
  /** How long one wait may last before it becomes `needs-attention`. */
  readonly attentionAfterMs: number
  /** Retry delay of an activity that throws `NotYet`: about a block. */
  readonly notYetMs: number
}

/** Input of the workflows `nativeSweep` and `tokenSweep`. */
export interface SweepInput {
  readonly depositId: string
  readonly chainId: number
  readonly chainName: string
  /** Symbol of the asset. */
  readonly asset: string
  readonly decimals: number
  /** In the smallest unit. */
  readonly amount: string
  /** With EIP-55 checksum. */
  readonly wallet: string
  readonly timers: SweepTimers
  /** State carried over from a run that continued as new. @default none: this run is the first */
  readonly goesOn?: GoesOn
}

/** State that a run passes to the run that continues it (continue-as-new). */
export interface GoesOn {
  /** Milliseconds since 1970 */
  readonly waitingSince: number
  /** Whether an operator's retry was received and has not been followed yet. */
  readonly ordered: boolean
  /**
   * Number of orders received, by their text. @default none: an older version did not count orders
   */
  readonly heard?: Readonly<Record<string, number>>
}

// — wake-ups and operators' messages —

export const signalNames = {
  gasMined: 'gasMined',
  laneFree: 'laneFree',
  sweepClosed: 'sweepClosed',
  keeperRefilled: 'keeperRefilled',
  depositOrphaned: 'depositOrphaned',
  /** Also an update of the same name, which returns the state. */
  retryNow: 'retryNow',
  /**
   * `skip` and `approve` are also updates. They change the deposit's row, then wake the run (MONEY
   * 16).
   */
  skip: 'skip',
  approve: 'approve',
} as const

/** Payload of the signal `gasMined`. */
export interface GasMined {
  /** The transaction's key, not an attempt's hash. */
  readonly transactionKey: string
}

/** An operator's order; both fields are recorded. */
export interface OperatorOrder {
  readonly operator: string
  readonly reason: string
  /** Id of the order. A reset repeats the order with the same id. @default derived by the run */
  readonly id?: string
}

export const stateQueryName = 'state'

/** Answer of the query `state`. */
export interface SweepView {
  readonly depositId: string
  /** e.g. `waiting(keeper-low)` */
  readonly state: string
  readonly detail: string
  readonly since: string
  readonly sweepId: string | null
  readonly transactions: readonly TransactionView[]
}

/** A transaction in the view of a run. */
export interface TransactionView {
  readonly step: 'gas' | 'sweep'
  readonly hash: string
  /** Amount moved, in human units with symbol. */
  readonly amount: string
  readonly outcome: string
}

// — activities —

/** The row is terminal; nothing is left to do. */
export interface Finished {
  readonly kind: 'finished'
  readonly state: string
  readonly reason: string
}

/**
 * The deposit waits; its row already has this reason. A wake-up or the recheck timer makes the run
 * plan again.
 */
export interface Parked {
  readonly kind: 'parked'
  readonly reason: string
  readonly detail: string
  /** The wait ends by itself, so its age alone never makes it `needs-attention` (MONEY 17). */
  readonly ageless?: boolean
}

/** An operator must act; the deposit's row already has this reason. */
export interface Attention {
  readonly kind: 'attention'
  readonly reason: string
  readonly detail: string
}

/** The plan is no longer valid (gas transaction failed, balance moved): plan again. */
export interface Replan {
  readonly kind: 'replan'
  readonly why: string
}

/** The sweep is planned. */
export interface Planned {
  readonly kind: 'planned'
  readonly sweepId: string
  /** Amount to sweep, in human units with symbol. */
  readonly amount: string
  /** Wei that the keeper must send to the wallet; "0" if the wallet can pay for its own gas. */
  readonly gasShortWei: string
}

/** The gas transaction is signed. */
export interface Funded {
  readonly kind: 'funded'
  readonly transactionKey: string
  readonly hash: string
  readonly amount: string
  /** The Redis key exists already, so the run does not wait for the signal. */
  readonly mined: boolean
}

/** The sweep's transaction is final, and the asset arrived. */
export interface Swept {
  readonly kind: 'swept'
  readonly hash: string
  readonly amount: string
  readonly gasSpentWei: string
}

export interface PlanRequest {
  readonly depositId: string
  /**
   * An operator ordered a retry, so the plan judges all facts again and the deposit may leave
   * `needs-attention`.
   */
  readonly retry: boolean
}

export interface SweepRequest {
  readonly depositId: string
  readonly sweepId: string
}

export interface ParkRequest {
  readonly depositId: string
  readonly reason: string
  readonly detail: string
}

/** Result of `watchKeeper`. */
export interface KeeperView {
  readonly level: 'ok' | 'low' | 'empty'
  /** The keeper's balance minus the maximum cost of its unmined transactions, in human units. */
  readonly uncommitted: string
  readonly woken: number
}

/** Result of the activity `reconcile`. */
export interface ReconcileView {
  /** Height of the reconciliation. */
  readonly block: number
  readonly wallets: number
  readonly differences: number
  /** The first difference as a sentence; empty if the books balance. */
  readonly first: string
}

/**
 * Regular (not local) activities. Most of them read a chain. `NotYet` makes Temporal retry without
 * adding history.
 */
export interface ChainActivities {
  plan(request: PlanRequest): Promise<Planned | Parked | Attention | Finished>
  fundGas(request: SweepRequest): Promise<Funded | Parked | Attention | Replan>
  /** Runs after the gas timer: reads the Redis key, then the receipt. */
  checkGas(
    request: SweepRequest,
  ): Promise<{ readonly kind: 'mined' | 'pending' } | Replan | Parked | Attention>
  /** Returns when the sweep's transaction is final. */
  sweep(request: SweepRequest): Promise<Swept | Replan | Attention | Parked>
  /**
   * Announces each change of the keeper's level once, and wakes the sweeps that the keeper can pay
   * for.
   */
  watchKeeper(chainId: number): Promise<KeeperView>
  /** Starts runs for confirmed, unfinished deposits without one. Returns the number started. */
  adoptDeposits(): Promise<number>
  /** Compares a chain's books with the chain and stores the report (MONEY 23). */
  reconcile(chainId: number): Promise<ReconcileView>
}

/** An operator's order to skip or approve a deposit. */
export interface FollowRequest extends OperatorOrder {
  readonly depositId: string
  readonly action: 'skip' | 'approve'
}

/** Result of `followOrder`. */
export interface Followed {
  readonly kind: 'done' | 'already' | 'repeat' | 'refused'
  /** The deposit's state now. */
  readonly state: string
  /** Reason of a refusal; empty otherwise. */
  readonly why: string
}

/** Local activities, which use only our own database. */
export interface RecordActivities {
  /** Closes the sweep and writes its coverage. Idempotent. */
  recordSweep(request: SweepRequest): Promise<Finished | Replan>
  /** Writes needs-attention, and releases lease and lane if nothing is signed. */
  askForAttention(request: ParkRequest): Promise<void>
  /** Applies an operator's order to the deposit's row and records it. Idempotent. */
  followOrder(request: FollowRequest): Promise<Followed>
  /**
   * Records an operator's order. `repeat`: this run is a reset of a run that has already followed
   * the order.
   */
  noteOrder(
    request: { readonly depositId: string; readonly action: string } & OperatorOrder,
  ): Promise<'new' | 'repeat'>
}

/** Errors that a retry cannot fix. Temporal retries every other error. */
export const nonRetryableErrors = ['PolicyRefused', 'BadInput'] as const
