import { type Database, openDatabase } from '../../adapters/drizzle/database.ts'
import { translateDatabaseError } from '../../adapters/drizzle/errors.ts'
import type { Secret } from '../../config/schema/secret.ts'

/**
 * Opens the database for one verb, runs `work` and closes the database. Throws
 * `DatabaseUnreachable` or `DatabaseRefused`, never the driver's errors.
 */
export async function withDatabase<T>(
  { url }: { readonly url: Secret },
  work: (db: Database['db']) => Promise<T>,
): Promise<T> {
  const database = openDatabase(url.reveal(), { max: 2, applicationName: 'coldsweep-cli' })
  try {
    return await work(database.db)
  } catch (error) {
    throw translateDatabaseError(error)
  } finally {
    await database.close()
  }
}
