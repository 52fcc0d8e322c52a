import type { Environment } from '../../config/env/secret-file.ts'
import type { ExitCode } from './exit-code.ts'
import type { Paint } from './paint.ts'

/** One thing that went wrong, for the envelope's `errors`: which kind, what, and how to mend it. */
export interface CliFault {
  /** Stable words for scripts, such as `not-found`. */
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** What a verb found or did. */
export interface Outcome {
  /** Goes into the envelope; amounts are decimal strings by now. */
  readonly data: unknown
  /** The same for people. */
  text(paint: Paint): string
  /** With `exitCode`: the verb did its work and this is what it has to complain about. */
  readonly faults?: readonly CliFault[]
  readonly exitCode?: ExitCode
}

/** What every verb gets beside its own arguments. */
export interface Session {
  readonly env: Environment
  /** Progress for people, on stderr. */
  note(line: string): void
}

export type Verb<A> = (args: A, session: Session) => Promise<Outcome>
