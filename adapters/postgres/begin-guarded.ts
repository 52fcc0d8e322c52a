import type { Sql, TransactionSql } from 'postgres'
import { isLoss } from './postgres-failure.ts'

/**
 * Time within which the driver notices that a connection has ended. A statement fails before that:
 * a moment before, after a reset, or a round trip before, when the server shuts down (57P01). A
 * `rollback` sent in this gap would stay in the connection, and the next statement would get the
 * answer to the `rollback`.
 */
const closesWithinMs = 1_000

/**
 * Runs `work` in a transaction, and rejects if the connection is lost (README, fault 3). The driver
 * rejects the transaction as soon as the connection is lost. From then on the driver receives no
 * statement of `work`, and no `commit` or `rollback` when `work` ends.
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
          const unlessEnded = (settle: () => void) => () => (ended ? undefined : settle())
          work(guarded(tx, refuseOnceEnded)).then(
            (value) => setImmediate(unlessEnded(() => resolve(value))),
            (error) => {
              const fail = unlessEnded(() => reject(error))
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
        throw new Error(
          'savepoints are not supported: the driver’s rollback to a savepoint would bypass this guard',
        )
      const part: unknown = Reflect.get(tx, key)
      if (typeof part !== 'function') return part
      return (...args: unknown[]) => {
        check()
        return Reflect.apply(part, tx, args)
      }
    },
  })
}
