import type { Sql } from 'postgres'
import { openPostgresClient } from '../postgres-client.ts'
import { openPostgresPool, type PostgresPool } from '../postgres-pool.ts'

export type CentralDatabase = PostgresPool

export interface CentralOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
}

/** Connections to the exchange's own database, read-only whatever its user may do. Connects at the first statement. */
export function openCentral(
  url: string,
  { applicationName, max }: CentralOptions & { readonly max: number },
): CentralDatabase {
  const open = (onClose: () => void) => openCentralClient(url, { applicationName, onClose })
  return openPostgresPool({ max, open })
}

/** One such connection. */
export function openCentralClient(
  url: string,
  options: CentralOptions & { readonly onClose?: () => void },
): Sql {
  return openPostgresClient(url, {
    ...options,
    settings: { default_transaction_read_only: true },
  })
}
