import postgres, { type Sql } from 'postgres'

export interface ClientOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string
  /** Settings of the server's end, as for `set`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** Called whenever its connection has ended, whoever ended it. */
  readonly onClose?: () => void
}

/**
 * One connection, opened at its first statement. Once that has been lost, nothing may be asked of it any more: the driver
 * (postgres 3.4.9) keeps an unfinished answer over the loss, connects again by itself, and gives the rest of the old answer, or
 * its error, to the next statement. `openPostgresPool` keeps to this for its users.
 */
export function openPostgresClient(url: string, options: ClientOptions): Sql {
  const { applicationName, settings, onClose } = options
  // The driver has `onclose` (src/index.js, 3.4.9), its types do not.
  const closing: object = onClose === undefined ? {} : { onclose: onClose }
  return postgres(url, {
    ...closing,
    max: 1,
    connect_timeout: 5,
    idle_timeout: 60,
    // Reading pg_type at each connect serves array types of one's own, of which there are none.
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: applicationName, ...settings },
  })
}
