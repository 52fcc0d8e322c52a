import type { Row } from './rows.ts'
import type { Change } from './watch.ts'

/** Where the demo tells what happens. */
export interface Display {
  /** Something the demo did or saw, in a sentence; further lines are shown below it as they are. */
  note(text: string): void
  /** The rows were read; `changes` are the steps since the last reading. */
  rows(all: readonly Row[], changes: readonly Change[]): void
  /** What follows is printed below what was shown; nothing is drawn any more. */
  end(): void
}

/** `  12.3s` since the start. */
export function clockOf(startedAt: number): () => string {
  return () => `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)}s`
}
