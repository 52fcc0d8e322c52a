import { drizzle } from 'drizzle-orm/postgres-js'
import postgres, { type TransactionSql } from 'postgres'
import * as schema from '../../drizzle/schema.ts'
import { beginGuarded } from './begin-guarded.ts'

/** Drizzle over one pool. Put `withDatabaseErrors` around what is built on it. */
export type Database = ReturnType<typeof openDatabase>

export interface DatabaseOptions {
  /** Connections of this pool. @default 10 */
  readonly max?: number
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** After how long a statement gives up waiting for a lock (SQLSTATE 55P03). @default none */
  readonly lockTimeoutMs?: number
  /** After how long a statement is cancelled. @default none */
  readonly statementTimeoutMs?: number
  /** Called whenever a connection of the pool has ended, whoever ended it. */
  readonly onClose?: () => void
}

/** Opens nothing yet: the driver connects at the first statement and again after each loss. */
export function openDatabase(url: string, options: DatabaseOptions) {
  let pool = openPool(url, options)
  // Drizzle holds on to one client; what it holds forwards to the pool of the day.
  const sql = new Proxy(pool, {
    apply: (_, __, args) => Reflect.apply(pool, undefined, args),
    get: (_, key) =>
      key === 'begin'
        ? (work: (tx: TransactionSql) => Promise<unknown>) => beginGuarded(pool, work)
        : Reflect.get(pool, key),
  })
  return {
    db: drizzle(sql, { schema }),
    sql,
    /** Breaks all connections: what waits on them rejects, and the next statement connects anew. For a server gone silent. */
    renew() {
      const old = pool
      pool = openPool(url, options)
      // Drizzle reads times and JSON by itself and has told the first pool so.
      Object.assign(pool.options.parsers, old.options.parsers)
      Object.assign(pool.options.serializers, old.options.serializers)
      void old.end({ timeout: 0 })
    },
    /** Waits for the statements under way, at most 5 s. */
    close: () => pool.end({ timeout: 5 }),
  }
}

function openPool(url: string, options: DatabaseOptions) {
  const { applicationName, max = 10, lockTimeoutMs, statementTimeoutMs, onClose } = options
  // The driver has `onclose` (src/index.js, 3.4.9), its types do not.
  const closing: object = onClose === undefined ? {} : { onclose: onClose }
  return postgres(url, {
    ...closing,
    max,
    connect_timeout: 5,
    idle_timeout: 60,
    // Reading pg_type at each connect serves array types of one's own, of which there are none.
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      // What is committed is acted on at once: a server or role with `off` would forget, in a crash, what was broadcast (MONEY 1).
      synchronous_commit: 'on',
      ...(lockTimeoutMs === undefined ? {} : { lock_timeout: lockTimeoutMs }),
      ...(statementTimeoutMs === undefined ? {} : { statement_timeout: statementTimeoutMs }),
    },
  })
}
