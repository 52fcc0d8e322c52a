import { bigserial, pgTable, text } from 'drizzle-orm/pg-core'
import { at } from './columns.ts'

/**
 * Audit trail of operators' actions: who, what and why. Append-only; each row holds the hash of the
 * row before.
 */
export const operatorActions = pgTable('operator_actions', {
  id: bigserial('id', { mode: 'bigint' }).primaryKey(),
  doneAt: at('done_at').notNull().defaultNow(),
  operator: text('operator').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  reason: text('reason').notNull(),
  /**
   * Hash of the row before; 64 zeros in the first row. A database trigger writes this hash and
   * `hash`.
   */
  previousHash: text('previous_hash').notNull().default(''),
  /** SHA-256 over previousHash and this row's fields. */
  hash: text('hash').notNull().default(''),
  /**
   * Id of the order that a run followed, so that a reset of the run writes no second row. The hash
   * covers only who did what and why, so it excludes this id.
   */
  orderId: text('order_id').unique('operator_actions_order_once'),
  /** The run that followed the order. */
  runId: text('run_id'),
})
