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
  'id' | 'chainId' | 'asset' | 'wallet' | 'amount' | 'state' | 'confirmedAt'
>

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
