import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'

/** Current and retired keepers. Native coin from any of them is never a deposit (MONEY 13). */
export const keepers = pgTable(
  'keepers',
  {
    chainId: integer('chain_id').notNull(),
    address: text('address').notNull(),
    since: at('since').notNull().defaultNow(),
    retiredAt: at('retired_at'),
    /**
     * Balance at `openingBlock`. Reconciliation begins with this balance and block (MONEY 23).
     */
    openingWei: amount('opening_wei'),
    openingBlock: height('opening_block'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.address] })],
)

/** Transfers of native coin to a keeper from other senders (refills in MONEY 23). */
export const keeperRefills = pgTable(
  'keeper_refills',
  {
    chainId: integer('chain_id').notNull(),
    txHash: text('tx_hash').notNull(),
    position: text('position').notNull(),
    keeper: text('keeper').notNull(),
    sender: text('sender').notNull(),
    amountWei: amount('amount_wei').notNull(),
    blockNumber: height('block_number').notNull(),
    blockHash: text('block_hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.txHash, t.position] }),
    index('keeper_refills_by_block').on(t.chainId, t.blockNumber),
  ],
)

/** The level that keeperWatch last announced, so that each change is announced once. */
export const keeperWatches = pgTable('keeper_watches', {
  chainId: integer('chain_id').primaryKey(),
  level: text('level').notNull(),
  balanceWei: amount('balance_wei').notNull(),
  /** Counts the announcements: sequence number of the keeper's events. */
  changes: integer('changes').notNull().default(0),
  since: at('since').notNull().defaultNow(),
  /** Time of the last check, whether or not the level changed. */
  lookedAt: at('looked_at').notNull().defaultNow(),
})
