import { z } from 'zod'

/** A leaf reader's answer to a value that it rejects. */
export class Unreadable {
  readonly problem: string
  readonly fix: string

  constructor(problem: string, fix: string) {
    this.problem = problem
    this.fix = fix
  }
}

/**
 * A schema for one value of the yaml or of the environment. Its reader takes `unknown`, so that
 * errors for a missing value and for a wrong type also have our texts, and zod's texts are never
 * shown.
 */
export function leaf<T>(read: (raw: unknown) => T | Unreadable) {
  return z.unknown().transform((raw, context): T => {
    const value = read(raw)
    if (!(value instanceof Unreadable)) return value
    context.addIssue({ code: 'custom', message: value.problem, params: { fix: value.fix } })
    return z.NEVER
  })
}

/** Describes a missing value or a value of the wrong type without repeating text. */
export function describeType(raw: unknown): string {
  if (raw === undefined || raw === null) return 'missing'
  if (Array.isArray(raw)) return 'got a list'
  if (typeof raw === 'object') return 'got a map'
  if (typeof raw === 'string') return raw === '' ? 'empty' : 'got text'
  return typeof raw === 'number' ? `got the number ${raw}` : `got ${String(raw)}`
}
