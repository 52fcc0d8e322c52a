import type { Sql } from 'postgres'
import { withTimeout } from '../../runtime/timeout.ts'
import type { Limit } from './postgres-pool.ts'

/**
 * Yields the rows of a select in batches, all from one snapshot, with a cursor on the server
 * (README, fault 5). Rejects when the connection is lost. Rejects with `limit.late()` when one
 * batch does not arrive in time. Closes the connection of `sql` at the end.
 * @param select text of the statement, without parameters
 */
export async function* readByCursor<Row extends object>(
  sql: Sql,
  select: string,
  { batchSize, limit }: { readonly batchSize: number; readonly limit: Limit },
): AsyncGenerator<readonly Row[]> {
  const ask = <T>(work: PromiseLike<T>) => withTimeout(work, limit.ms, limit.late)
  try {
    await ask(sql`begin isolation level repeatable read read only`)
    await ask(sql`declare batches no scroll cursor for ${sql.unsafe(select)}`)
    for (;;) {
      const rows = await ask(
        sql<Row[]>`fetch forward ${sql.unsafe(String(batchSize))} from batches`,
      )
      if (rows.length === 0) return
      yield rows
    }
  } finally {
    // Closes the connection at once, which also ends a statement that hangs.
    await sql.end({ timeout: 0 })
  }
}
