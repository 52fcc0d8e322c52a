import { sql } from 'drizzle-orm'
import type { Queries } from './queries.ts'

/**
 * In milliseconds, below the deadline after which a silent server's connections are broken. A slow
 * count therefore does not look like a silent server.
 */
const answerWithinMs = 10_000

/** Runs one read for metrics with a statement timeout of its own. */
export function limited<T>(db: Queries, work: (tx: Queries) => PromiseLike<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql.raw(`set local statement_timeout = ${answerWithinMs}`))
    return await work(tx)
  })
}
