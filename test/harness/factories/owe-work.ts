import type postgres from 'postgres'
import type { WorkMessage } from '../../../domain/outbox/event.ts'
import { aWorkMessage } from './a-work-message.ts'

/** Work rows in the outbox, one after the other; answers their messages. */
export async function oweWork(sql: postgres.Sql, count: number): Promise<readonly WorkMessage[]> {
  const messages = Array.from({ length: count }, () => aWorkMessage())
  for (const message of messages) {
    const row = { kind: 'work', route: 'Gas_Collection', body: sql.json({ ...message }) }
    await sql`insert into outbox ${sql(row)}`
  }
  return messages
}
