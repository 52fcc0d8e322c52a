import type { WorkMessage } from '../outbox/event.ts'

/** Confirmed, unfinished deposits without a run. */
export interface Adopted {
  readonly message: WorkMessage
  /** Its row is in needs-attention: a run that is there waits for that person. */
  readonly asksAPerson: boolean
}

export interface Adoptions {
  /**
   * Deposits whose run has not reported for `ageMs` (or that never had one since they were
   * confirmed so long ago). Marks them as looked at, so that the next call brings others.
   */
  take(ageMs: number, limit: number): Promise<readonly Adopted[]>
}
