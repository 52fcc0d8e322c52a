/** The result of one check of `config check`. */
export interface CheckResult {
  /** Stable word for scripts, such as `chain-id`. */
  readonly code: string
  /** Path in the yaml, variable of the environment, or service. */
  readonly where: string
  readonly what: string
  readonly fix: string
  /**
   * `error` prevents a start, `down` is an unreachable dependency, `warning` needs attention, `ok`
   * passed, `skipped` was not tried.
   */
  readonly severity: 'error' | 'down' | 'warning' | 'ok' | 'skipped'
}

export function failed(code: string, where: string, what: string, fix: string): CheckResult {
  return { code, where, what, fix, severity: 'error' }
}

export function unreachable(where: string, what: string, fix: string): CheckResult {
  return { code: 'unreachable', where, what, fix, severity: 'down' }
}

export function warning(code: string, where: string, what: string, fix: string): CheckResult {
  return { code, where, what, fix, severity: 'warning' }
}

export function skipped(where: string, what: string, fix: string): CheckResult {
  return { code: 'skipped', where, what, fix, severity: 'skipped' }
}

export function passed(where: string, what: string): CheckResult {
  return { code: 'ok', where, what, fix: '', severity: 'ok' }
}
