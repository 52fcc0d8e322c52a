import type { Row } from './rows.ts'
import type { Change } from './watch.ts'

/** Output of the demo while it runs. */
export interface Display {
  /** Shows an action of the demo or an event. Lines after the first are printed unchanged. */
  note(text: string): void
  /** Shows the rows of a poll. `changes` are the state changes since the last poll. */
  rows(all: readonly Row[], changes: readonly Change[]): void
  /** Draws the current state once more. Later output is printed below it. */
  end(): void
}

/** Returns a function that returns the time since the start as `  12.3s`. */
export function clockOf(startedAt: number): () => string {
  return () => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)}s`
}
