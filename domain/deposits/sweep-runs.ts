import type { Hash } from '../address.ts'
import type { WorkMessage } from '../outbox/event.ts'
import type { Deposit } from './deposit.ts'

/**
 * A signal to a waiting workflow. Wake-ups are hints: every wait also has a durable timer, and the
 * woken workflow reads the rows again.
 */
export type WakeUp =
  | { readonly kind: 'gasMined'; readonly transactionKey: string }
  | { readonly kind: 'laneFree' | 'sweepClosed' | 'keeperRefilled' | 'depositOrphaned' }

/** Starts and signals the workflows of deposits in Temporal. */
export interface SweepRuns {
  /**
   * Starts the deposit's workflow. If the workflow is already running, nothing changes
   * (USE_EXISTING). Resolves once Temporal has accepted the start. Throws `TemporalUnreachable`.
   */
  start(message: WorkMessage): Promise<void>
  /**
   * Signals a workflow. Returns false when the workflow is not running. Throws
   * `TemporalUnreachable`.
   */
  wake(workflowId: string, wakeUp: WakeUp): Promise<boolean>
  /** Whether Temporal answers now. */
  reachable(): Promise<boolean>
}

/** The workers that run workflows of deposits. */
export interface SweepWorkers {
  /** Returns the identities of the workers that poll now. Throws `TemporalUnreachable`. */
  polling(): Promise<readonly string[]>
}

/** A confirmed, unfinished deposit that may have no workflow run. */
export interface DepositWithoutRun {
  readonly message: WorkMessage
  /**
   * Whether the deposit is in needs-attention. If such a deposit has a run, the run waits for an
   * operator.
   */
  readonly needsAttention: boolean
}

/** Deposits for which the schedule `adopt` starts a workflow run. */
export interface DepositsWithoutRun {
  /**
   * Returns unfinished deposits whose run has not reported for `ageMs`, and deposits without a run
   * that were confirmed more than `ageMs` ago. Marks the returned deposits, so that the next call
   * returns others.
   */
  take(ageMs: number, limit: number): Promise<readonly DepositWithoutRun[]>
}

/**
 * The fields of a deposit's row with which the intake compares a message before it starts a run.
 */
export type KnownDeposit = Pick<
  Deposit,
  | 'id'
  | 'chainId'
  | 'asset'
  | 'wallet'
  | 'amount'
  | 'blockNumber'
  | 'state'
  | 'reason'
  | 'confirmedAt'
>

/** Result of one commit that settles small deposits. */
export interface Settled {
  /** Whether the named deposit is among them. */
  readonly named: boolean
  /** Whether further small deposits may be left: repeat the call. */
  readonly more: boolean
}

/**
 * Settles deposits below the minimum that have no run yet. Each call takes up to 1,000 small
 * deposits of the named deposit's wallet and asset, the named one first, in one commit.
 */
export interface SmallDeposits {
  /**
   * Sets `waiting(joint-sweep)` if another deposit's run drives the wallet's asset: the next sweep
   * moves the small deposits too. `adopt` starts their runs once
   * nothing drives the asset.
   * @param min the asset's minimum, in the smallest unit
   */
  leaveToOthers(depositId: string, min: bigint): Promise<Settled>
  /**
   * Ends deposits as `ignored(dust)`; those that an earlier sweep moved become `done`. Settles none
   * if a sweep is open, a hold or pause stops the asset, or the wallet has sent a transaction after
   * `height`. Dust that an operator ordered is left alone.
   * @param read height and balance at which the wallet was found below `min`; larger deposits and
   * later ones are left alone
   */
  ignore(
    depositId: string,
    read: {
      readonly height: bigint
      readonly balance: bigint
      readonly min: bigint
      readonly detail: string
    },
  ): Promise<Settled>
}

/** Finds deposits by id, for the intake. */
export interface DepositLookup {
  /** undefined when the scanner has never stored such a deposit. */
  find(depositId: string): Promise<KnownDeposit | undefined>
}

/**
 * Hints that a gas transaction is mined: keys `gas-tx:<chainId>:<hash>` in Redis, which expire. A
 * hint may be missing or late, and proves nothing.
 */
export interface GasSignals {
  /** Stores the hint. Throws when Redis is down; the caller continues. */
  put(
    chainId: number,
    hash: Hash,
    value: { readonly blockNumber: bigint; readonly blockHash: Hash },
  ): Promise<void>
  /**
   * Returns whether there is a hint; false also when Redis is down. In any case the receipt
   * decides.
   */
  has(chainId: number, hash: Hash): Promise<boolean>
}
