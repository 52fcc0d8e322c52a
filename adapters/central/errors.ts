import { CentralDatabaseRefused, CentralDatabaseUnreachable } from '../../domain/errors.ts'
import { readPostgresFailure } from '../postgres-failure.ts'

/** The table holds private keys: nothing of a row or a statement goes into a message (MONEY 19). Other errors come back as they are. */
export function translateCentralError(error: unknown): unknown {
  const failure = readPostgresFailure(error)
  if (!failure) return error
  const message = `the central database ${failure.words}`
  return failure.kind === 'away'
    ? new CentralDatabaseUnreachable(message)
    : new CentralDatabaseRefused(message)
}
