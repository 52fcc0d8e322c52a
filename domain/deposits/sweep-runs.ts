import type { Hash } from '../address.ts'
import type { WorkMessage } from '../outbox/event.ts'
import type { Deposit } from './deposit.ts'

/**
 * Wake-ups are hints: a durable timer backs each of them, and the woken workflow reads the rows
 * again.
 */
export type WakeUp =
  | { readonly kind: 'gasMined'; readonly transactionKey: string }
  | { readonly kind: 'laneFree' | 'sweepClosed' | 'keeperRefilled' | 'depositOrphaned' }

/** Workflow runs of deposits, in Temporal. */
export interface SweepRuns {
  /**
   * Starts the deposit's workflow, or finds it running (USE_EXISTING). Resolves once Temporal has
   * accepted it; throws `TemporalUnreachable`.
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
  /** Its row is in needs-attention: an existing run waits for that person. */
  readonly asksAPerson: boolean
}

/** Deposits that the schedule `adopt` gives a run. */
export interface RunlessDeposits {
  /**
   * Deposits whose run has not reported for `ageMs`, or that have had no run for as long since they
   * were confirmed. Marks them, so that the next call returns others.
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
  /** undefined when no block ever contained it. */
  find(depositId: string): Promise<KnownDeposit | undefined>
}

/**
 * Cache of the gas signal: `gas-tx:<chainId>:<hash>` in Redis, with a TTL. A hint that may be
 * missing or late, never a proof.
 */
export interface GasSignals {
  /** Stores the hint. Throws when Redis is down; the caller continues. */
  put(
    chainId: number,
    hash: Hash,
    value: { readonly blockNumber: bigint; readonly blockHash: Hash },
  ): Promise<void>
  /** false also when Redis is down: the receipt decides. */
  has(chainId: number, hash: Hash): Promise<boolean>
}
