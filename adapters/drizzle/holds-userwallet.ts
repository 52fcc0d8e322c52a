import { sql } from 'drizzle-orm'
import type { Queries } from './queries.ts'

/**
 * Whether this database contains the exchange's table `userwallet`, and so is not coldsweep's
 * alone.
 */
export async function holdsUserwallet(db: Queries): Promise<boolean> {
  const [row] = await db.execute<{ holds: boolean }>(
    sql`select to_regclass('userwallet') is not null as holds`,
  )
  return row?.holds === true
}
