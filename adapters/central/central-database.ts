import postgres from 'postgres'

export type CentralDatabase = ReturnType<typeof openCentral>

/** One connection to the exchange's own database, read-only whatever its user may do. Connects at the first statement. */
export function openCentral(url: string, options: { readonly applicationName: string }) {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    idle_timeout: 60,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: options.applicationName,
      default_transaction_read_only: true,
    },
  })
  return { sql, close: () => sql.end({ timeout: 5 }) }
}
