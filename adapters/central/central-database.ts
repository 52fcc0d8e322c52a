import type { Sql } from 'postgres'
import { openPostgresClient } from '../postgres/postgres-client.ts'
import { openPostgresPool, type PostgresPool } from '../postgres/postgres-pool.ts'

export type CentralDatabase = PostgresPool

export interface CentralOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /**
   * Time after which the server ends a statement. It is a little below the time after which this
   * process gives up. Otherwise the statement would continue on the server, and each new try would
   * take one more of the exchange's connections.
   */
  readonly statementTimeoutMs: number
}

/**
 * Connections to the exchange's own database. They are read-only even if the user has more rights.
 * Connects at the first statement.
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

/** One connection with the same settings, outside the pool. */
export function openCentralClient(
  url: string,
  { statementTimeoutMs, ...options }: CentralOptions & { readonly onClose?: () => void },
): Sql {
  return openPostgresClient(url, {
    ...options,
    settings: { default_transaction_read_only: true, statement_timeout: statementTimeoutMs },
  })
}
