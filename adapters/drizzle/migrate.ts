import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import { openDatabase } from './database.ts'
import { translateDatabaseError } from './errors.ts'
import type { Queries } from './queries.ts'

const migrationsFolder = fileURLToPath(new URL('../../drizzle/migrations', import.meta.url))

/**
 * Key of the advisory lock that serialises simultaneous migrations, because drizzle itself does
 * not.
 */
const migrationLock = 0x636f6c64

/**
 * Migrates the database to the schema of this version of coldsweep. Idempotent, and safe to run
 * twice at the same time. Throws translated errors.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const database = openDatabase(url, {
    max: 1,
    applicationName: 'coldsweep-migrate',
    // The wait has no limit, because another migration or tables in use may hold locks for long.
    lockTimeoutMs: 0,
  })
  try {
    await database.db.execute(sql`select pg_advisory_lock(${migrationLock}::bigint)`)
    await migrate(database.db, { migrationsFolder })
  } catch (error) {
    throw translateDatabaseError(error)
  } finally {
    await database.close()
  }
}

/**
 * Returns the number of this version's migrations that the database lacks. A process may start only
 * if it is 0.
 */
export async function pendingMigrations(db: Queries): Promise<number> {
  const known = readMigrationFiles({ migrationsFolder })
  const exists = await db.execute(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as yes`,
  )
  if (exists[0]?.['yes'] !== true) return known.length
  const done = await db.execute(sql`select hash from drizzle.__drizzle_migrations`)
  const hashes = new Set(done.map((row) => row['hash']))
  return known.filter((migration) => !hashes.has(migration.hash)).length
}
