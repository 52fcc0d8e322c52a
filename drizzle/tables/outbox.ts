import { bigserial, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/**
 * What the relay owes to the bus, written in the commit that makes it true; a row leaves when the
 * broker confirmed it.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    /** `work` goes to a queue, `event` to the topic exchange. */
    kind: text('kind').notNull(),
    /** Queue name or routing key, without the deployment's prefix. */
    route: text('route').notNull(),
    body: jsonb('body').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  // Each kind is drained oldest first: hours of unsent events must not slow down the way to work.
  (t) => [index('outbox_in_order').on(t.kind, t.id)],
)
