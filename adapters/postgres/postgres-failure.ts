import postgres from 'postgres'
import { withoutSecrets } from '../../domain/errors.ts'

/** An error of a PostgreSQL server or of its connection, in words that may be shown (MONEY 19). */
export interface PostgresFailure {
  /** `away`: try again later. `refused`: the server answered with an error. */
  readonly kind: 'away' | 'refused'
  readonly words: string
  /** SQLSTATE, or the driver's or socket's code. */
  readonly code: string
  readonly constraint: string | undefined
}

/**
 * SQLSTATEs of a server that is `away`: classes 08 (connection) and 57P0x (shutdown, start), too
 * many connections, a read-only standby after a failover.
 */
const awaySqlStates = /^(?:08...|57P0[1-5]|53300|25006)$/

/** Codes of the driver, and of its socket, for a server that is `away`. */
const awayCodes =
  /^(?:CONNECTION_(?:CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|E(?:CONN\w+|PIPE|HOSTUNREACH|NETUNREACH|TIMEDOUT|NOTFOUND|AI_AGAIN))$/

/**
 * Classifies an error of the driver; returns undefined for any other error. PostgreSQL's `detail`
 * is omitted, because it quotes whole rows.
 */
export function readPostgresFailure(error: unknown): PostgresFailure | undefined {
  if (error instanceof postgres.PostgresError) {
    return {
      kind: awaySqlStates.test(error.code) ? 'away' : 'refused',
      words: `answered "${withoutSecrets(error.message)}" (${error.code})`,
      code: error.code,
      constraint: error.constraint_name,
    }
  }
  const code = codeOf(error)
  if (code === undefined || !awayCodes.test(code)) return undefined
  return { kind: 'away', words: `could not be reached: ${code}`, code, constraint: undefined }
}

function codeOf(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown }
    if (typeof code === 'string' && code !== '') return code
    // A host with two addresses fails with an AggregateError that contains both errors.
    if (e instanceof AggregateError) return codeOf(e.errors[0])
  }
  return undefined
}

/** Whether the error, or its cause, is the loss of a connection. */
export function isLoss(error: unknown): boolean {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (readPostgresFailure(e)?.kind === 'away') return true
  }
  return false
}
