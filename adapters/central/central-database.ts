import type { Sql } from 'postgres'
import { openPostgresClient } from '../postgres/postgres-client.ts'
import { openPostgresPool, type PostgresPool } from '../postgres/postgres-pool.ts'

export type CentralDatabase = PostgresPool

export interface CentralOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /**
   * Time after which the server ends a statement. Set it a little below the time after which this
   * process gives up. Otherwise the statement would continue on the server, and each retry would
   * take one more of the exchange's connections.
   */
  readonly statementTimeoutMs: number
}

/**
 * Opens a pool of connections to the exchange's own database. The connections are read-only, even
 * if the database user may write. A connection is opened at its first statement.
 */
export function openCentral(
  url: string,
  { max, ...options }: CentralOptions & { readonly max: number },
): CentralDatabase {
  return openPostgresPool({
    max,
    open: (onClose) => openCentralClient(url, { ...options, onClose }),
  })
}

/** Opens one connection with the same settings, outside the pool. */
export function openCentralClient(
  url: string,
  { statementTimeoutMs, ...options }: CentralOptions & { readonly onClose?: () => void },
): Sql {
  return openPostgresClient(url, {
    ...options,
    settings: { default_transaction_read_only: true, statement_timeout: statementTimeoutMs },
  })
}
