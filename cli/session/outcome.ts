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

/** One entry of the envelope's `errors`: code, message and a hint for the fix. */
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
  /** Errors that a completed verb reports. The verb also sets `exitCode` then. */
  readonly errors?: readonly ReportedError[]
  readonly exitCode?: ExitCode
  /** The verb has shown its views itself; nothing is left to print. */
  readonly shown?: boolean
}

/** The output of a verb that shows several views. */
export interface LiveOutput {
  /** Prints a view: its text, or with `--json` one envelope. */
  show(outcome: Outcome): void
  /** Whether stdout is a terminal that may be redrawn; false with `--json`. */
  readonly isTerminal: boolean
  /** Height of the terminal. */
  rows(): number
  /** Aborts at SIGINT and SIGTERM, once it was read. */
  readonly interrupted: AbortSignal
}

/** Passed to every verb next to its arguments. */
export interface Session {
  readonly env: Environment
  /** Process id of the program that started the command. */
  readonly parentPid: number
  /** How this program was started, for commands to copy: `coldsweep`. */
  readonly self: string
  /** Writes a line about the progress to stderr, for people. */
  note(line: string): void
  /** Replaces the line of progress on stderr; an empty line removes it. Absent off a terminal. */
  readonly showProgress?: (line: string) => void
  /** Whether `--json` is given: stdout then belongs to the envelope. */
  readonly json: boolean
  /** Writes a part of a long output to stdout. Resolves when the reader has room for more. */
  write(text: string): Promise<void>
  readonly live: LiveOutput
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
