/**
 * What crosses between workflows, activities, the intake and the CLI: ids, inputs, messages,
 * results. Amounts are decimal strings, because Temporal's converter rejects bigint. This file is
 * types and constants only, so that all sides may import it.
 */

/**
 * Exactly-once is PostgreSQL's, never this id's: a terminated run may be started again under it.
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

/** Search attributes, all Keyword. */
export const searchAttributeNames = {
  sweepState: 'SweepState',
  chainId: 'ChainId',
  asset: 'Asset',
  wallet: 'Wallet',
} as const

/** Values of `SweepState`; finer states are in the current details and in the deposit's row. */
export type SweepStateAttribute = 'sweeping' | 'needs-attention' | 'done' | 'ignored' | 'orphaned'

/** The Web UI's query for what a person has to look at. */
export const needsAttentionQuery = "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'"

/**
 * Every length of a wait, in milliseconds, from config: tests run in milliseconds and replay stays
 * exact.
 */
export interface SweepTimers {
  /** How long to wait for the gas signal before the receipt is asked for. */
  readonly gasWaitMs: number
  /** How long a parked sweep sleeps before it plans again without a wake-up. */
  readonly recheckMs: number
  /** How long one wait may last before a person is asked. */
  readonly attentionAfterMs: number
  /** Pause between two looks of an activity that says "not yet", about a block. */
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
  /**
   * What a run that continues as new hands to the next one. @default nothing: the run is the first
   */
  readonly goesOn?: GoesOn
}

export interface GoesOn {
  /** Milliseconds since 1970 */
  readonly waitingSince: number
  /** An operator's retry has come and was not followed yet. */
  readonly ordered: boolean
  /**
   * Orders that were heard, by their words. @default none: the run before was of a release that did
   * not count them
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
  /** Also an update of the same name, which answers with the state. */
  retryNow: 'retryNow',
  /** Updates too, as retryNow: they change the deposit's row, then wake the run (MONEY 16). */
  skip: 'skip',
  approve: 'approve',
} as const

export interface GasMined {
  /** Names the transaction, not one attempt's hash. */
  readonly transactionKey: string
}

/** Who asks, and why: both are written down. */
export interface OperatorOrder {
  readonly operator: string
  readonly reason: string
  /**
   * Which order it is: a reset that repeats it is no second one. @default the run finds one that a
   * reset leaves as it is
   */
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
  /** What it moves, in human units with symbol. */
  readonly amount: string
  readonly outcome: string
}

// — activities —

/** Nothing to do any more: the row is terminal. */
export interface Finished {
  readonly kind: 'finished'
  readonly state: string
  readonly reason: string
}

/**
 * Parked with nothing signed; the row says so already. A wake-up or the recheck timer plans again.
 */
export interface Parked {
  readonly kind: 'parked'
  readonly reason: string
  readonly detail: string
}

/** A person has to look; the row says so already. */
export interface Attention {
  readonly kind: 'attention'
  readonly reason: string
  readonly detail: string
}

/** The plan does not hold any more (gas ended otherwise, balance moved): plan again. */
export interface Replan {
  readonly kind: 'replan'
  readonly why: string
}

export interface Planned {
  readonly kind: 'planned'
  readonly sweepId: string
  /** What will be swept, in human units with symbol. */
  readonly amount: string
  /** wei the keeper must add; "0" when the wallet pays itself. */
  readonly gasShortWei: string
}

export interface Funded {
  readonly kind: 'funded'
  readonly transactionKey: string
  readonly hash: string
  readonly amount: string
  /** The Redis key was there already: no need to wait for the signal. */
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
  /** An operator asked: needs-attention is left and everything is judged anew. */
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
  /** Not promised to a signed transaction, in human units. */
  readonly uncommitted: string
  readonly woken: number
}

export interface ReconcileView {
  /** Height at which the sums were made. */
  readonly block: number
  readonly wallets: number
  readonly differences: number
  /** The first of them in words; empty where the books balance. */
  readonly first: string
}

/**
 * Regular activities: each touches a chain. They throw `NotYet` to be called again, which adds no
 * history.
 */
export interface ChainActivities {
  plan(request: PlanRequest): Promise<Planned | Parked | Attention | Finished>
  fundGas(request: SweepRequest): Promise<Funded | Parked | Attention | Replan>
  /** After the gas timer: the Redis key, then the receipt. */
  checkGas(
    request: SweepRequest,
  ): Promise<{ readonly kind: 'mined' | 'pending' } | Replan | Parked | Attention>
  /** Returns when the sweep's transaction is final. */
  sweep(request: SweepRequest): Promise<Swept | Replan | Attention | Parked>
  /**
   * Announces a change of the keeper's level once, and wakes the sweeps that it can pay for again.
   */
  watchKeeper(chainId: number): Promise<KeeperView>
  /** Starts runs for confirmed, unfinished deposits that had none for a while. Returns how many. */
  adoptDeposits(): Promise<number>
  /** Holds a chain's books against the chain, and keeps the report (MONEY 23). */
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
  /** Why it was refused; empty where it was not. */
  readonly why: string
}

/** Local activities: our own database only. */
export interface RecordActivities {
  /** Closes the sweep and writes its coverage; a repeat changes nothing. */
  recordSweep(request: SweepRequest): Promise<Finished | Replan>
  /** Writes needs-attention and lets go of lease and lane where nothing is signed. */
  askForAttention(request: ParkRequest): Promise<void>
  /**
   * Changes the deposit's row as an operator orders, with the record of it; a repeat changes
   * nothing.
   */
  followOrder(request: FollowRequest): Promise<Followed>
  /**
   * Writes down an operator's order. `repeat`: another run has followed it, of which this one is a
   * reset.
   */
  noteOrder(
    request: { readonly depositId: string; readonly action: string } & OperatorOrder,
  ): Promise<'new' | 'repeat'>
}

/** Errors that another try would not mend: the only ones Temporal must not retry. */
export const nonRetryableErrors = ['PolicyRefused', 'BadInput'] as const
