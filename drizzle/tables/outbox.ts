import { bigserial, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/**
 * Messages that the relay has to publish. A row is written in the commit that makes its message
 * true, and deleted when the broker has confirmed the message.
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
  // Each kind is published separately, oldest first, so that unsent events do not delay work.
  (t) => [index('outbox_in_order').on(t.kind, t.id)],
)
