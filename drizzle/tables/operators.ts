import { bigserial, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/**
 * Who did what by hand, and why. Rows are only ever added; each holds the hash of the one before.
 */
export const operatorActions = pgTable('operator_actions', {
  id: bigserial('id', { mode: 'bigint' }).primaryKey(),
  doneAt: at('done_at').notNull().defaultNow(),
  operator: text('operator').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  reason: text('reason').notNull(),
  /**
   * Hash of the row before; 64 zeros at the first. Both hashes are a trigger's, never a writer's.
   */
  previousHash: text('previous_hash').notNull().default(''),
  /** SHA-256 over previousHash and this row's fields. */
  hash: text('hash').notNull().default(''),
  /**
   * Which order a run followed, so that a reset of it writes no second row. Not hashed: it says
   * nothing of who did what.
   */
  orderId: text('order_id').unique('operator_actions_order_once'),
  /** The run that followed it. */
  runId: text('run_id'),
})
