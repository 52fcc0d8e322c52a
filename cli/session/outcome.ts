import type { Environment } from '../../config/env/secret-file.ts'
import type { Paint } from './paint.ts'

/** Exit codes for scripts and schedulers. 75 is sysexits' EX_TEMPFAIL: retry later. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unavailable: 75,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** One entry of the envelope's `errors`: kind, message and fix. */
export interface ReportedError {
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
  readonly errors?: readonly ReportedError[]
  readonly exitCode?: ExitCode
}

/** Passed to every verb next to its arguments. */
export interface Session {
  readonly env: Environment
  /** Progress for people, on stderr. */
  note(line: string): void
}

export type Verb<A> = (args: A, session: Session) => Promise<Outcome>

/** The one JSON object that `--json` prints on stdout. */
export interface Envelope {
  readonly v: 1
  readonly ok: boolean
  readonly data: unknown
  readonly errors: readonly ReportedError[]
}

/** Formats the envelope as one line. Bigints become decimal strings. */
export function formatEnvelope(
  ok: boolean,
  data: unknown,
  errors: readonly ReportedError[],
): string {
  const envelope: Envelope = { v: 1, ok, data: data ?? null, errors }
  return JSON.stringify(envelope, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
