/**
 * Ids, inputs, messages and results that workflows, activities, the intake and the CLI exchange.
 * Amounts are decimal strings, because Temporal's converter rejects bigint. This file holds only
 * types and constants, so that all sides may import it.
 */

/**
 * PostgreSQL guarantees exactly-once, not this id. A terminated run may be started again with the
 * same id.
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
 * Durations of all waits, in milliseconds, from config. They are part of a run's input: tests run
 * in milliseconds, and replay stays exact.
 */
export interface SweepTimers {
  /** How long to wait for the gas signal before the receipt is requested. */
  readonly gasWaitMs: number
  /** How long a parked sweep sleeps before it plans again without a wake-up. */
  readonly recheckMs: number
  /** How long one wait may last before it becomes `needs-attention`. */
  readonly attentionAfterMs: number
  /** Retry delay of an activity that throws `NotYet`: about a block. */
  readonly notYetMs: number
}

export interface SweepInput {
  readonly depositId: string
  readonly chainId: number
  readonly chainName: string
  /** Symbol */
  readonly asset: string
  readonly decimals: number
  /** Smallest unit */
  readonly amount: string
  /** EIP-55 */
  readonly wallet: string
  readonly timers: SweepTimers
  /** State carried over from a run that continued as new. @default none: this run is the first */
  readonly goesOn?: GoesOn
}

export interface GoesOn {
  /** Milliseconds since 1970 */
  readonly waitingSince: number
  /** An operator's retry was received and has not been followed yet. */
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

export interface GasMined {
  /** The transaction's key, not an attempt's hash. */
  readonly transactionKey: string
}

/** An operator's order; both fields are recorded. */
export interface OperatorOrder {
  readonly operator: string
  readonly reason: string
  /** Id of the order: a reset that repeats it is not a second order. @default derived by the run */
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

export interface Planned {
  readonly kind: 'planned'
  readonly sweepId: string
  /** Amount to sweep, in human units with symbol. */
  readonly amount: string
  /** Wei that the keeper must send to the wallet; "0" if the wallet can pay for its own gas. */
  readonly gasShortWei: string
}

export interface Funded {
  readonly kind: 'funded'
  readonly transactionKey: string
  readonly hash: string
  readonly amount: string
  /** The Redis key exists already, so the run does not wait for the signal. */
  readonly mined: boolean
}

export interface Swept {
  readonly kind: 'swept'
  readonly hash: string
  readonly amount: string
  readonly gasSpentWei: string
}

export interface PlanRequest {
  readonly depositId: string
  /**
   * An operator ordered a retry, so the plan may leave needs-attention and judges all facts again.
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

export interface KeeperView {
  readonly level: 'ok' | 'low' | 'empty'
  /** Balance not committed to signed transactions, in human units. */
  readonly uncommitted: string
  readonly woken: number
}

export interface ReconcileView {
  /** Height of the reconciliation. */
  readonly block: number
  readonly wallets: number
  readonly differences: number
  /** The first difference as a sentence; empty if the books balance. */
  readonly first: string
}

/**
 * Regular activities, each of which reads a chain. `NotYet` makes Temporal retry without adding
 * history.
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

export interface FollowRequest extends OperatorOrder {
  readonly depositId: string
  readonly action: 'skip' | 'approve'
}

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
