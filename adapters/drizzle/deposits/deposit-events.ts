import { eq, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { EventBody, EventType } from '../../../domain/outbox/event.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

/**
 * Owes the bus an event about a deposit, in the caller's commit. The sequence number comes from the
 * deposit's row, so it rises by one with each event of that deposit whoever writes it.
 * @param change what else changes in the row. In one statement: a row that is updated twice in a
 * commit while another waits to lock it can deadlock with that one (PostgreSQL 15)
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
