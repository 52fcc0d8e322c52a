import { type ExitCode, exitCodes, type ReportedError } from './outcome.ts'

/**
 * Ends a verb with an exit code and at least one error. `data` becomes the `data` of the JSON
 * output, such as the matches of an ambiguous id.
 */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  readonly errors: readonly ReportedError[]
  readonly data: unknown

  constructor(exitCode: ExitCode, errors: readonly ReportedError[], data: unknown = null) {
    super(errors.map(({ message }) => message).join('; '))
    this.exitCode = exitCode
    this.errors = errors
    this.data = data
  }
}

export function usageError(message: string, hint: string, data?: unknown): CliError {
  return new CliError(exitCodes.usage, [{ code: 'usage', message, hint }], data)
}

export function notFound(message: string, hint: string): CliError {
  return new CliError(exitCodes.failed, [{ code: 'not-found', message, hint }])
}

/** Returns the error of an order that policy forbids. Nothing was changed. */
export function refused(message: string, hint: string): CliError {
  return new CliError(exitCodes.refused, [{ code: 'refused', message, hint }])
}

export function unavailable(message: string, hint: string): CliError {
  return new CliError(exitCodes.unavailable, [{ code: 'unavailable', message, hint }])
}
