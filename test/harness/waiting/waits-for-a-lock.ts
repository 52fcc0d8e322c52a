import type postgres from 'postgres'
import { eventually } from './eventually.ts'

/** Resolves when exactly one statement in the database waits for a lock that another one holds. */
export const waitsForALock = (sql: postgres.Sql) =>
  eventually(
    () => sql`
      select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`,
    (rows) => rows.length === 1,
  )
