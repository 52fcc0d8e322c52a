import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import * as schema from '../../drizzle/schema.ts'

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
}

/** Opens nothing yet: the driver connects at the first statement and again after each loss. */
export function openDatabase(url: string, options: DatabaseOptions) {
  const sql = postgres(url, {
    max: options.max ?? 10,
    connect_timeout: 5,
    idle_timeout: 60,
    // Reading pg_type at each connect serves array types of one's own, of which there are none.
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      ...(options.lockTimeoutMs === undefined ? {} : { lock_timeout: options.lockTimeoutMs }),
      ...(options.statementTimeoutMs === undefined
        ? {}
        : { statement_timeout: options.statementTimeoutMs }),
    },
  })
  return {
    db: drizzle(sql, { schema }),
    sql,
    /** Waits for the statements under way, at most 5 s. */
    close: () => sql.end({ timeout: 5 }),
  }
}
