import {
  CentralDatabaseRefused,
  CentralDatabaseUnreachable,
  withoutSecrets,
} from '../../domain/errors.ts'
import { readPostgresFailure } from '../postgres/postgres-failure.ts'

/**
 * Translates errors of the central database. The table `userwallet` holds private keys, so the
 * message contains no part of a row or a statement (MONEY 19). Other errors are returned unchanged.
 */
export function translateCentralError(error: unknown): unknown {
  const failure = readPostgresFailure(error)
  if (!failure) return error
  // The server quotes a value that it cannot convert, which may be a key.
  const words = withoutSecrets(failure.words, { hashesAreKeys: true })
  const message = `the central database ${words}`
  return failure.kind === 'away'
    ? new CentralDatabaseUnreachable(message)
    : new CentralDatabaseRefused(message)
}
