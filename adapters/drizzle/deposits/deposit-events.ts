import { eq, inArray, sql } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { EventBody, EventType } from '../../../domain/outbox/event.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

type Change = PgUpdateSetSource<typeof deposits>

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
  change: Change = {},
): Promise<void> {
  const [row] = await tx
    .update(deposits)
    .set({ ...change, eventSeq: sql`${deposits.eventSeq} + 1` })
    .where(eq(deposits.id, depositId))
    .returning()
  if (row) await owe(tx, [depositEvent(row, type, more)])
}

/**
 * As `oweDepositEvent`, for many deposits, with the same change for all. The number of statements
 * does not grow with each deposit, because third parties decide how many deposits a wallet has. The
 * caller has locked the rows in chain order.
 * @param ids in the order of the events
 * @param moreOf data of the event of one deposit
 */
export async function oweDepositEvents(
  tx: Queries,
  ids: readonly string[],
  type: EventType,
  moreOf: (id: string) => EventBody['data'],
  change: Change,
): Promise<void> {
  for (const part of chunks(ids)) {
    const rows = await tx
      .update(deposits)
      .set({ ...change, eventSeq: sql`${deposits.eventSeq} + 1` })
      .where(inArray(deposits.id, part))
      .returning()
    const byId = new Map(rows.map((row) => [row.id, row]))
    const inOrder = part.flatMap((id) => byId.get(id) ?? [])
    await owe(
      tx,
      inOrder.map((row) => depositEvent(row, type, moreOf(row.id))),
    )
  }
}
