/** One thing that `config check` has to say. */
export interface Finding {
  /** Stable word for scripts, such as `chain-id`. */
  readonly code: string
  /** Path in the yaml, variable of the environment, or service. */
  readonly where: string
  readonly what: string
  readonly fix: string
  /**
   * `fault` stops a start, `down` is a dependency away, `warning` wants a look, `ok` was tried and
   * is well.
   */
  readonly severity: 'fault' | 'down' | 'warning' | 'ok'
}

export function fault(code: string, where: string, what: string, fix: string): Finding {
  return { code, where, what, fix, severity: 'fault' }
}

export function down(where: string, what: string, fix: string): Finding {
  return { code: 'unreachable', where, what, fix, severity: 'down' }
}

export function warning(code: string, where: string, what: string, fix: string): Finding {
  return { code, where, what, fix, severity: 'warning' }
}

export function well(where: string, what: string): Finding {
  return { code: 'ok', where, what, fix: '', severity: 'ok' }
}
