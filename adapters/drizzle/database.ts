import { drizzle } from 'drizzle-orm/postgres-js'
import type { Sql, TransactionSql } from 'postgres'
import * as schema from '../../drizzle/schema.ts'
import { beginGuarded } from '../postgres/begin-guarded.ts'
import { type ClientOptions, openPostgresClient } from '../postgres/postgres-client.ts'
import { openPostgresPool, type PostgresPool } from '../postgres/postgres-pool.ts'

/**
 * Drizzle over one pool of connections. Wrap each store that is built on it in
 * `withDatabaseErrors`.
 */
export type Database = ReturnType<typeof openDatabase>

export interface DatabaseOptions {
  /** Connections of this pool. @default 10 */
  readonly max?: number
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /**
   * Milliseconds after which the server stops waiting for a lock; 0 means no limit. Keep it below
   * every deadline of this process. Otherwise a statement whose deadline has passed would still
   * wait on the server, and each retry would add another statement.
   * @default 10000
   */
  readonly lockTimeoutMs?: number
  /**
   * Milliseconds after which the server ends an idle transaction. Otherwise a process that is
   * suspended, or whose host is gone, would keep its locks on a cursor or a lane for hours.
   * @default 30000
   */
  readonly silentWithinMs?: number
  /** Milliseconds after which the server ends a statement. @default never */
  readonly statementTimeoutMs?: number
}

/**
 * Creates a database over a pool of connections. Each connection is opened at its first statement,
 * and reopened after a loss.
 */
export function openDatabase(url: string, options: DatabaseOptions) {
  const { max = 10, applicationName, lockTimeoutMs = 10_000, statementTimeoutMs = 0 } = options
  const settings = {
    lock_timeout: lockTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: options.silentWithinMs ?? 30_000,
  }
  // Drizzle parses times and JSON itself. It sets its parsers in these fields of the client that it
  // gets, and `open` copies them to each connection.
  const types = { parsers: {}, serializers: {} }
  const pool = openPostgresPool({
    max,
    open(onClose) {
      const sql = openDatabaseClient(url, { applicationName, settings, onClose })
      Object.assign(sql.options.parsers, types.parsers)
      Object.assign(sql.options.serializers, types.serializers)
      return sql
    },
  })
  const client = Object.assign(clientOf(pool), { options: types })
  return {
    db: drizzle({ client: client as unknown as Sql, schema }),
    renew: pool.renew,
    close: pool.close,
  }
}

/** Opens one connection, for state that ends with the connection, such as an advisory lock. */
export function openDatabaseClient(url: string, options: ClientOptions): Sql {
  return openPostgresClient(url, {
    ...options,
    // A transaction is broadcast right after its commit. With `off` in a server or role, a crash of
    // the server could lose the row of a broadcast transaction (MONEY 1).
    settings: { ...options.settings, synchronous_commit: 'on' },
  })
}

/**
 * Returns an object with the part of a `postgres` client that drizzle-orm 0.45 calls
 * (postgres-js/session.js). It runs each call on a connection of the pool.
 */
function clientOf(pool: PostgresPool) {
  return {
    unsafe(text: string, parameters: never[], how?: { prepare?: boolean }) {
      let asArrays = false
      const ask = (sql: Sql) => {
        const query = sql.unsafe(text, parameters, how)
        return asArrays ? query.values() : query
      }
      // Starts in a later microtask, because drizzle calls `values` at once or never.
      const answer: Promise<unknown> = Promise.resolve().then(() => pool.use<unknown>(ask))
      return Object.assign(answer, {
        values() {
          asArrays = true
          return answer
        },
      })
    },
    begin: (work: (tx: TransactionSql) => Promise<unknown>) =>
      pool.use((sql) => beginGuarded(sql, work)),
  }
}
