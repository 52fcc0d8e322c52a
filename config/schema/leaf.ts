import { z } from 'zod'

/** What a leaf's reader says of a value it can't take. */
export class Unreadable {
  readonly problem: string
  readonly fix: string

  constructor(problem: string, fix: string) {
    this.problem = problem
    this.fix = fix
  }
}

/**
 * A value of the yaml or of the environment, read by one function that also knows how to mend it.
 * It takes `unknown`, so that a missing value and one of the wrong type get the reader's own words
 * and not the schema library's.
 */
export function leaf<T>(read: (raw: unknown) => T | Unreadable) {
  return z.unknown().transform((raw, context): T => {
    const value = read(raw)
    if (!(value instanceof Unreadable)) return value
    context.addIssue({ code: 'custom', message: value.problem, params: { fix: value.fix } })
    return z.NEVER
  })
}

/** How a fault names a value of the wrong type without repeating it whole. */
export function describeType(raw: unknown): string {
  if (raw === undefined || raw === null) return 'is missing'
  if (Array.isArray(raw)) return 'is a list'
  if (typeof raw === 'object') return 'is a map'
  if (typeof raw === 'string') return raw === '' ? 'is empty' : 'is text'
  return typeof raw === 'number' ? `is the number ${raw}` : `is ${String(raw)}`
}
