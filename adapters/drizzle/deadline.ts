import { DatabaseUnreachable } from '../../domain/errors.ts'
import { withTimeout } from '../../runtime/timeout.ts'
import { isAsyncIterable, wrapMethods } from '../../runtime/wrap-methods.ts'
import type { Database } from './database.ts'

/**
 * Rejects with `DatabaseUnreachable` if the work takes longer than `limitMs`; calls `silent` first.
 */
export function within<T>(
  limitMs: number,
  work: PromiseLike<T>,
  silent: () => void = () => {},
): Promise<T> {
  return withTimeout(work, limitMs, () => {
    silent()
    return new DatabaseUnreachable(`the database did not answer within ${limitMs} ms`)
  })
}

/**
 * Wraps a store so that its methods reject after `limitMs` without an answer
 * (adapters/postgres/README.md, fault 4). The pool then breaks all its connections, which also ends
 * the statements that hang on them, and the next call opens a new connection. The statement may
 * have been committed or not, so the wrapper is only for methods that are safe to repeat.
 */
export function withDeadline<T extends object>(
  database: Pick<Database, 'renew'>,
  limitMs: number,
  store: T,
): T {
  // An error that arrives in time does not renew the pool, because the loss of one connection says
  // nothing about the other connections.
  const limited = <R>(work: PromiseLike<R>) => within(limitMs, work, () => database.renew())
  return wrapMethods(store, (method) => (...args) => {
    const result = method(...args)
    if (result instanceof Promise) return limited(result)
    return isAsyncIterable(result) ? limitedItems(result, limited) : result
  })
}

async function* limitedItems(
  items: AsyncIterable<unknown>,
  limited: <R>(work: PromiseLike<R>) => Promise<R>,
): AsyncIterable<unknown> {
  const iterator = items[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await limited(iterator.next())
    if (done) return
    yield value
  }
}
