import { CentralDatabaseRefused, CentralDatabaseUnreachable } from '../../domain/errors.ts'
import { readPostgresFailure } from '../postgres/postgres-failure.ts'

/**
 * The table holds private keys: nothing of a row or a statement goes into a message (MONEY 19).
 * Other errors come back as they are.
 */
export function translateCentralError(error: unknown): unknown {
  const failure = readPostgresFailure(error)
  if (!failure) return error
  // The server quotes a value that it can't convert (a view over the table may make it): no key is
  // shorter than this.
  const words = failure.words.replace(/(?:0x)?[0-9a-f]{64,}/gi, '<bytes>')
  const message = `the central database ${words}`
  return failure.kind === 'away'
    ? new CentralDatabaseUnreachable(message)
    : new CentralDatabaseRefused(message)
}
