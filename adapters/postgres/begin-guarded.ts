import type { Sql, TransactionSql } from 'postgres'
import { isLoss } from './postgres-failure.ts'

/**
 * Time until the driver notices that a connection has ended. A statement fails earlier: a moment
 * earlier after a reset, and a round trip earlier when the server shuts down (57P01). A `rollback`
 * that is sent in between would stay in the connection, and its answer would go to the next
 * statement.
 */
const closesWithinMs = 1_000

/**
 * A transaction that survives the loss of its connection (README, fault 3). The driver rejects the
 * transaction as soon as the connection is lost. From then on neither a statement nor the end of
 * `work`, which would send `commit` or `rollback`, reaches the driver.
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
