import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'
import { sweeps } from './sweeps.ts'

/**
 * Current and retired keepers. Native coin from a keeper in this table is never a deposit (MONEY
 * 13).
 */
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
  /** Balance at the last check minus the cost of signed transactions; null before the first. */
  uncommittedWei: amount('uncommitted_wei'),
  /** Cost of one plain transfer at the last check. Below it the level is `empty`. */
  emptyBelowWei: amount('empty_below_wei'),
  /** Number of announcements, which is the sequence number of the keeper's events. */
  changes: integer('changes').notNull().default(0),
  since: at('since').notNull().defaultNow(),
  /** Time of the last check, whether or not the level changed. */
  lookedAt: at('looked_at').notNull().defaultNow(),
})

/**
 * Operators' orders to drain a retired keeper. The row in `sweeps` is the unit of the money, as for
 * every other transaction: it has the keeper as its wallet and is open until the drain is final.
 */
export const keeperDrains = pgTable(
  'keeper_drains',
  {
    sweepId: uuid('sweep_id')
      .primaryKey()
      .references(() => sweeps.id),
    chainId: integer('chain_id').notNull(),
    keeper: text('keeper').notNull(),
    /** `keeper` or `cold-wallet`. */
    destination: text('destination').notNull(),
    operator: text('operator').notNull(),
    reason: text('reason').notNull(),
    orderedAt: at('ordered_at').notNull().defaultNow(),
    /** Why the worker has signed nothing yet. */
    waitingFor: text('waiting_for'),
    /** Balance that the order left; null until it ends. A higher balance can be drained again. */
    restWei: amount('rest_wei'),
  },
  (t) => [index('keeper_drains_by_keeper').on(t.chainId, t.keeper)],
)
