import type { Sql, TransactionSql } from 'postgres'
import { isLoss } from './postgres-failure.ts'

/**
 * A statement fails before its connection's end is known: a reset by a moment, a server that shuts
 * down (57P01) by a round trip. A `rollback` in between would stay in the connection, and its
 * answer would be the next statement's.
 */
const closesWithinMs = 1_000

/**
 * A transaction that bears the loss of its connection. The driver (postgres 3.4.9, its issue 1208)
 * ends the whole process when anything is asked of a connection that has gone, and its own
 * `rollback` and `commit` are asked of it too, whenever the work ends: after a signature, or when a
 * broker has answered. It rejects the transaction as soon as the connection is lost; from then on
 * this lets neither a statement nor the work's end reach it.
 */
export async function beginGuarded(
  pool: Sql,
  work: (tx: TransactionSql) => Promise<unknown>,
): Promise<unknown> {
  let ended: { readonly why: unknown } | undefined
  const refuseOnceEnded = () => {
    if (ended) throw ended.why
  }
  try {
    return await pool.begin(
      (tx) =>
        new Promise((resolve, reject) => {
          const tell = (settle: () => void) => () => (ended ? undefined : settle())
          work(guarded(tx, refuseOnceEnded)).then(
            (value) => setImmediate(tell(() => resolve(value))),
            (error) => {
              const fail = tell(() => reject(error))
              if (isLoss(error)) setTimeout(fail, closesWithinMs)
              else setImmediate(fail)
            },
          )
        }),
    )
  } catch (why) {
    ended = { why }
    throw why
  }
}

function guarded(tx: TransactionSql, check: () => void): TransactionSql {
  return new Proxy(tx, {
    apply(_, __, args) {
      check()
      return Reflect.apply(tx, undefined, args)
    },
    get(_, key) {
      if (key === 'savepoint')
        throw new Error('the driver’s rollback to a savepoint would pass this guard by')
      const part: unknown = Reflect.get(tx, key)
      if (typeof part !== 'function') return part
      return (...args: unknown[]) => {
        check()
        return Reflect.apply(part, tx, args)
      }
    },
  })
}
