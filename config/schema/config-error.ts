/**
 * An error of one setting: its place, the problem and the fix. It never contains the text of a
 * secret.
 */
export interface SettingError {
  /**
   * Place of the setting: `chains[0].coldWallet` in the yaml, or `DATABASE_URL` in the environment.
   */
  readonly path: string
  readonly problem: string
  readonly fix: string
  /** Line in the yaml, from 1. */
  readonly line?: number
}

/**
 * All errors of a configuration. Thrown before any connection is opened. The process then ends with
 * exit code 2.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly errors: readonly SettingError[]
  readonly file: string

  constructor(errors: readonly SettingError[], file: string) {
    const count = errors.length === 1 ? '1 error' : `${errors.length} errors`
    const lines = errors.map((error) => describe(error, file))
    super(`invalid configuration (${count}):\n${lines.join('\n')}`)
    this.errors = errors
    this.file = file
  }
}

function describe({ path, problem, fix, line }: SettingError, file: string): string {
  const where = line === undefined ? path : `${file}:${line} ${path}`
  return `  ${where}: ${problem}\n    fix: ${fix}`
}

/** Formats a path as text: `chains`, 0, `rpc` → `chains[0].rpc`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}
