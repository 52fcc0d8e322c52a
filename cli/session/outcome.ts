import type { Environment } from '../../config/env/secret-file.ts'
import type { ExitCode } from './exit-code.ts'
import type { Paint } from './paint.ts'

/** One entry of the envelope's `errors`: kind, message and fix. */
export interface EnvelopeError {
  /** Stable for scripts, such as `not-found`. */
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** The result of a verb. */
export interface Outcome {
  /** The envelope's `data`; amounts are decimal strings. */
  readonly data: unknown
  /** The result as text for people. */
  text(paint: Paint): string
  /** Errors that a completed verb reports, together with `exitCode`. */
  readonly errors?: readonly EnvelopeError[]
  readonly exitCode?: ExitCode
}

/** Passed to every verb next to its arguments. */
export interface Session {
  readonly env: Environment
  /** Progress for people, on stderr. */
  note(line: string): void
}

export type Verb<A> = (args: A, session: Session) => Promise<Outcome>
