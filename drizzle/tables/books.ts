import { bigserial, boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { at, height } from './columns.ts'

/** Reports of the reconciliations (MONEY 23). */
export const reconciliations = pgTable(
  'reconciliations',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    chainId: integer('chain_id').notNull(),
    doneAt: at('done_at').notNull().defaultNow(),
    blockNumber: height('block_number').notNull(),
    blockHash: text('block_hash').notNull(),
    balanced: boolean('balanced').notNull(),
    report: jsonb('report').notNull(),
  },
  (t) => [index('reconciliations_newest').on(t.chainId, t.id)],
)
