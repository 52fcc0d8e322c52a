import { DrizzleQueryError } from 'drizzle-orm'
import postgres from 'postgres'
import { DatabaseRefused, DatabaseUnreachable, withoutSecrets } from '../../domain/errors.ts'

/** Classes 08 (connection) and 57P0x (shutdown, start), too many connections, a read-only standby after a failover. */
const awaySqlStates = /^(?:08...|57P0[1-5]|53300|25006)$/

/** Codes of the driver and of the socket below it. */
const awayCodes =
  /^(?:CONNECTION_(?:CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|E(?:CONN\w+|PIPE|HOSTUNREACH|NETUNREACH|TIMEDOUT|NOTFOUND|AI_AGAIN))$/

/**
 * Drizzle's errors carry the statement with its parameters, signed bytes among them, and PostgreSQL's `detail` quotes
 * whole rows (MONEY 19): only the server's sentence, code and constraint go on. What is not the database's comes back as it is.
 */
export function translateDatabaseError(error: unknown): unknown {
  const cause = error instanceof DrizzleQueryError ? error.cause : error
  const code = codeOf(cause)
  if (cause instanceof postgres.PostgresError) {
    const message = `the database answered "${withoutSecrets(cause.message)}" (${cause.code})`
    return awaySqlStates.test(cause.code)
      ? new DatabaseUnreachable(message)
      : new DatabaseRefused(message, cause.code, cause.constraint_name)
  }
  if (code !== undefined && awayCodes.test(code)) {
    return new DatabaseUnreachable(`the database could not be reached: ${code}`)
  }
  if (error instanceof DrizzleQueryError) {
    const words = cause instanceof Error ? withoutSecrets(cause.message) : 'no cause given'
    return new DatabaseRefused(`the statement failed: ${words}`, code ?? '')
  }
  return error
}

function codeOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown }
    if (typeof code === 'string' && code !== '') return code
    // A host with two addresses fails with both errors inside.
    if (e instanceof AggregateError) return codeOf(e.errors[0])
  }
  return undefined
}

/**
 * A port's implementation whose every method, async or async iterator, throws translated errors. Put around each store
 * when it is made, so that no method can forget it.
 */
export function withDatabaseErrors<T extends object>(store: T): T {
  const wrapped = Object.fromEntries(
    Object.entries(store).map(([name, value]) => [
      name,
      typeof value === 'function' ? translating(value as AnyFunction, store) : value,
    ]),
  )
  return wrapped as T
}

type AnyFunction = (...args: unknown[]) => unknown

function translating(method: AnyFunction, self: object): AnyFunction {
  return (...args) => {
    try {
      const result = method.apply(self, args)
      // Drizzle's statements are thenables that start when awaited.
      if (isThenable(result)) return Promise.resolve(result).catch(rethrow)
      return isAsyncIterable(result) ? translatingItems(result) : result
    } catch (error) {
      return rethrow(error)
    }
  }
}

function rethrow(error: unknown): never {
  throw translateDatabaseError(error)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

async function* translatingItems(items: AsyncIterable<unknown>): AsyncIterable<unknown> {
  try {
    yield* items
  } catch (error) {
    rethrow(error)
  }
}
