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

/** Workflow runs of deposits, in Temporal. */
export interface SweepRuns {
  /**
   * Starts the deposit's workflow. A repeat finds it running and changes nothing (USE_EXISTING).
   * Resolves once Temporal has accepted the start; throws `TemporalUnreachable`.
   */
  start(message: WorkMessage): Promise<void>
  /** Signals a workflow; false when it is not running. Throws `TemporalUnreachable`. */
  wake(workflowId: string, wakeUp: WakeUp): Promise<boolean>
  /** Whether Temporal answers now. */
  reachable(): Promise<boolean>
}

/** A confirmed, unfinished deposit without a run. */
export interface RunlessDeposit {
  readonly message: WorkMessage
  /** The deposit is in needs-attention. If it has a run, the run waits for an operator. */
  readonly needsAttention: boolean
}

/** Deposits that the schedule `adopt` gives a run. */
export interface RunlessDeposits {
  /**
   * Unfinished deposits whose run has not reported for `ageMs`, and deposits without a run that
   * were confirmed more than `ageMs` ago. Marks them, so that the next call returns others.
   */
  take(ageMs: number, limit: number): Promise<readonly RunlessDeposit[]>
}

/** Fields that the intake checks a message against before it starts a run. */
export type KnownDeposit = Pick<
  Deposit,
  'id' | 'chainId' | 'asset' | 'wallet' | 'amount' | 'state' | 'confirmedAt'
>

/** Deposits by id, for the intake. */
export interface DepositLookup {
  /** undefined when the scanner has never stored such a deposit. */
  find(depositId: string): Promise<KnownDeposit | undefined>
}

/**
 * Hints that a gas transaction is mined: keys `gas-tx:<chainId>:<hash>` in Redis, with a TTL. A
 * hint may be missing or late, and proves nothing.
 */
export interface GasSignals {
  /** Stores the hint. Throws when Redis is down; the caller continues. */
  put(
    chainId: number,
    hash: Hash,
    value: { readonly blockNumber: bigint; readonly blockHash: Hash },
  ): Promise<void>
  /** Returns false also when Redis is down. The receipt decides in any case. */
  has(chainId: number, hash: Hash): Promise<boolean>
}
