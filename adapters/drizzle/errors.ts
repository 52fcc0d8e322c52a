import { DrizzleQueryError } from 'drizzle-orm'
import { DatabaseRefused, DatabaseUnreachable, withoutSecrets } from '../../domain/errors.ts'
import { isAsyncIterable, wrapMethods } from '../../runtime/wrap-methods.ts'
import { readPostgresFailure } from '../postgres/postgres-failure.ts'

/**
 * Translates a database error. Keeps only the server's sentence, code and constraint. Drizzle's
 * errors carry the statement with its parameters, including signed bytes, and PostgreSQL's `detail`
 * quotes whole rows (MONEY 19). Other errors are returned unchanged.
 */
export function translateDatabaseError(error: unknown): unknown {
  const cause = error instanceof DrizzleQueryError ? error.cause : error
  const failure = readPostgresFailure(cause)
  if (failure) {
    const message = `the database ${failure.words}`
    return failure.kind === 'away'
      ? new DatabaseUnreachable(message)
      : new DatabaseRefused(message, failure.code, failure.constraint)
  }
  if (error instanceof DrizzleQueryError) {
    const words = cause instanceof Error ? withoutSecrets(cause.message) : 'no cause given'
    return new DatabaseRefused(`the statement failed: ${words}`, '')
  }
  return error
}

/**
 * Wraps a port's implementation so that every method, async or async iterator, throws translated
 * errors. Each store is wrapped where it is created, so that no method can be forgotten.
 */
export function withDatabaseErrors<T extends object>(store: T): T {
  return wrapMethods(store, (method) => (...args) => {
    try {
      const result = method(...args)
      // Drizzle's statements are thenables that start when awaited.
      if (isThenable(result)) return Promise.resolve(result).catch(rethrow)
      return isAsyncIterable(result) ? translatingItems(result) : result
    } catch (error) {
      return rethrow(error)
    }
  })
}

function rethrow(error: unknown): never {
  throw translateDatabaseError(error)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}

async function* translatingItems(items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  try {
    yield* items
  } catch (error) {
    rethrow(error)
  }
}
