import postgres from 'postgres'

export type CentralDatabase = ReturnType<typeof openCentral>

/** The exchange's own database. The session is read-only whatever its user may do. Connects at the first statement. */
export function openCentral(
  url: string,
  options: { readonly max?: number; readonly applicationName: string },
) {
  const sql = postgres(url, {
    max: options.max ?? 2,
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
