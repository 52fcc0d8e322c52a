import {
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core'
import { at, height } from './columns.ts'

/** Reports of reconciliations, which compare the books of a chain with the chain (MONEY 23). */
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

/**
 * Differences that an operator has acknowledged. They stay in every report and no longer alert. A
 * difference with another amount or another cause has another key.
 */
export const acknowledgedDifferences = pgTable(
  'acknowledged_differences',
  {
    chainId: integer('chain_id').notNull(),
    key: text('key').notNull(),
    /** Chain, kind, address, asset, amount and causes of the difference, which the key names. */
    identity: text('identity').notNull(),
    operator: text('operator').notNull(),
    reason: text('reason').notNull(),
    acknowledgedAt: at('acknowledged_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.key] })],
)
