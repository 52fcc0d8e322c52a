import { type Database, openDatabase } from '../adapters/drizzle/database.ts'
import { translateDatabaseError } from '../adapters/drizzle/errors.ts'
import type { Secret } from '../config/secret.ts'
import { DatabaseRefused } from '../domain/errors.ts'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-code.ts'

/** One verb's database: opened, used, closed. Throws `DatabaseUnreachable` or `DatabaseRefused`, never the driver's errors; a table or column that is missing means that the database waits for `coldsweep migrate`. */
export async function withDatabase<T>(
  { url }: { readonly url: Secret },
  work: (db: Database['db']) => Promise<T>,
): Promise<T> {
  const database = openDatabase(url.reveal(), { max: 2, applicationName: 'coldsweep-cli' })
  try {
    return await work(database.db)
  } catch (error) {
    throw explain(translateDatabaseError(error))
  } finally {
    await database.close()
  }
}

/** SQLSTATE: no such table, no such column, no such schema. */
const notMigrated = ['42P01', '42703', '3F000']

function explain(error: unknown): unknown {
  if (!(error instanceof DatabaseRefused) || !notMigrated.includes(error.code)) return error
  const hint = 'run "coldsweep migrate" of this release first'
  return new CliError(exitCodes.usage, [{ code: 'not-migrated', message: error.message, hint }])
}
