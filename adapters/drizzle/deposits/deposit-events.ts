import { eq, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { EventBody, EventType } from '../../../domain/outbox/event.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

/**
 * Adds an event about a deposit to the outbox, in the caller's commit. The sequence number is in
 * the deposit's row, so it rises by one with each event of the deposit, whichever function adds the
 * event.
 * @param change other changes of the row, in the same statement: a commit that updates a row twice
 * can deadlock with another commit that waits for that row's lock (PostgreSQL 15)
 */
export async function oweDepositEvent(
  tx: Queries,
  depositId: string,
  type: EventType,
  more: EventBody['data'] = {},
  change: PgUpdateSetSource<typeof deposits> = {},
): Promise<void> {
  const [row] = await tx
    .update(deposits)
    .set({ ...change, eventSeq: sql`${deposits.eventSeq} + 1` })
    .where(eq(deposits.id, depositId))
    .returning()
  if (row) await owe(tx, [depositEvent(row, type, more)])
}
