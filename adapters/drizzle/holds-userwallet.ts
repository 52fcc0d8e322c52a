import { sql } from 'drizzle-orm'
import type { Queries } from './queries.ts'

/** Whether this database is the exchange's, or contains its table `userwallet` too. */
export async function holdsUserwallet(db: Queries): Promise<boolean> {
  const [row] = await db.execute<{ holds: boolean }>(
    sql`select to_regclass('userwallet') is not null as holds`,
  )
  return row?.holds === true
}
