import postgres from 'postgres'

export type CentralDatabase = ReturnType<typeof openCentral>

export interface CentralOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Connections. @default 1 */
  readonly max?: number
}

/** Connections to the exchange's own database, read-only whatever its user may do. Connects at the first statement. */
export function openCentral(url: string, options: CentralOptions) {
  let sql = openPool(url, options)
  return {
    /** Of the day: ask for it anew at each use. */
    get sql() {
      return sql
    },
    /** Breaks all connections: what waits on them rejects, and the next statement connects anew. For a server gone silent. */
    renew() {
      const old = sql
      sql = openPool(url, options)
      void old.end({ timeout: 0 })
    },
    /** Waits for the statements under way, at most 5 s. */
    close: () => sql.end({ timeout: 5 }),
  }
}

function openPool(url: string, { applicationName, max = 1 }: CentralOptions) {
  return postgres(url, {
    max,
    connect_timeout: 5,
    idle_timeout: 60,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: applicationName,
      default_transaction_read_only: true,
    },
  })
}
