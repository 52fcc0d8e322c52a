import { eq, sql } from 'drizzle-orm'
import type { EventBody, EventType } from '../../domain/event.ts'
import { deposits } from '../../drizzle/schema.ts'
import { depositEvent, owe } from './events.ts'
import type { Queries } from './queries.ts'

/**
 * Owes the bus an event about a deposit, in the caller's commit. The sequence number comes from the deposit's row, so it
 * rises by one with each event of that deposit whoever writes it.
 */
export async function oweDepositEvent(
  tx: Queries,
  depositId: string,
  type: EventType,
  more: EventBody['data'] = {},
): Promise<void> {
  const [row] = await tx
    .update(deposits)
    .set({ eventSeq: sql`${deposits.eventSeq} + 1` })
    .where(eq(deposits.id, depositId))
    .returning()
  if (row) await owe(tx, [depositEvent(row, type, more)])
}
