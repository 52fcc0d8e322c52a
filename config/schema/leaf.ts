import { z } from 'zod'

/** Returned by a reader that rejects a value: the problem, and how to fix it. */
export class Unreadable {
  readonly problem: string
  readonly fix: string

  constructor(problem: string, fix: string) {
    this.problem = problem
    this.fix = fix
  }
}

/**
 * Creates the schema of one value of the yaml or of the environment. `read` takes `unknown`, so it
 * also writes the errors of missing values and of wrong types. The schema library's own texts are
 * never shown.
 */
export function leaf<T>(read: (raw: unknown) => T | Unreadable) {
  return z.unknown().transform((raw, context): T => {
    const value = read(raw)
    if (!(value instanceof Unreadable)) return value
    context.addIssue({ code: 'custom', message: value.problem, params: { fix: value.fix } })
    return z.NEVER
  })
}

/**
 * Describes a missing value or a value of the wrong type. Text is never repeated, because it may be
 * a secret.
 */
export function describeType(raw: unknown): string {
  if (raw === undefined || raw === null) return 'missing'
  if (Array.isArray(raw)) return 'got a list'
  if (typeof raw === 'object') return 'got a map'
  if (typeof raw === 'string') return raw === '' ? 'empty' : 'got text'
  return typeof raw === 'number' ? `got the number ${raw}` : `got ${String(raw)}`
}
