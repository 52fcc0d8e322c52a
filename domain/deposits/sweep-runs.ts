import type { WorkMessage } from '../outbox/event.ts'

/**
 * Wake-ups: each a hint with a durable timer behind it; the woken workflow reads the truth again.
 */
export type WakeUp =
  | { readonly kind: 'gasMined'; readonly transactionKey: string }
  | { readonly kind: 'laneFree' | 'sweepClosed' | 'keeperRefilled' | 'depositOrphaned' }

/** Temporal, as the loops see it. */
export interface SweepRuns {
  /**
   * Starts the deposit's workflow, or finds it running (USE_EXISTING). Resolves when Temporal has
   * taken it; throws `TemporalUnreachable`.
   */
  start(message: WorkMessage): Promise<void>
  /** Signals a workflow; false when it is not running. Throws `TemporalUnreachable`. */
  wake(workflowId: string, wakeUp: WakeUp): Promise<boolean>
  /** Whether Temporal answers now. */
  reachable(): Promise<boolean>
}
