import { sql } from 'drizzle-orm'
import { NotYet } from '../../../domain/money-errors.ts'
import { sleep } from '../../../runtime/sleep.ts'
import type { Queries } from '../queries.ts'

const pollMs = 100
const waitAtMostMs = 60_000

/**
 * Waits until no transaction of coldsweep that began before a moment is in progress. The time of a
 * row is the beginning of its transaction, so until then a row with an earlier time could appear.
 * Transactions that only read, such as a reconciliation, have no id after some seconds and do not
 * count.
 */
export async function waitForCommits(db: Queries, moment: string): Promise<void> {
  const deadline = Date.now() + waitAtMostMs
  while (await hasEarlierCommit(db, moment)) {
    if (Date.now() > deadline)
      throw new NotYet(`a commit that began before ${moment} is still in progress`)
    await sleep(pollMs)
  }
}

async function hasEarlierCommit(db: Queries, moment: string): Promise<boolean> {
  const [row] = await db.execute<{ busy: boolean }>(sql`
    select exists (
      select 1 from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and application_name like 'coldsweep%' and xact_start < ${moment}::timestamptz
        and (backend_xid is not null or clock_timestamp() - xact_start < interval '15 seconds')
    ) as busy`)
  return row?.busy ?? false
}
