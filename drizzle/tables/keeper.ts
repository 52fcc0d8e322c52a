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
import { amount, at, height } from './columns.ts'

/** Native coin that reached a keeper from elsewhere (MONEY 23 counts it as refills). */
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

/**
 * Transactions of a keeper or user wallet that no attempt of ours explains: each an alarm (MONEY
 * 5).
 */
export const foreignTransactions = pgTable(
  'foreign_transactions',
  {
    chainId: integer('chain_id').notNull(),
    sender: text('sender').notNull(),
    nonce: height('nonce').notNull(),
    /** Unknown where only the used nonce was noticed. */
    hash: text('hash'),
    blockNumber: height('block_number'),
    blockHash: text('block_hash'),
    to: text('to'),
    valueWei: amount('value_wei'),
    feeWei: amount('fee_wei'),
    ok: boolean('ok'),
    /** What `recover` found it to be, e.g. a sweep that a lost row had sent (MONEY 22). */
    explanation: text('explanation'),
    adoptedBy: text('adopted_by'),
    adoptedAt: at('adopted_at'),
    noticedAt: at('noticed_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.sender, t.nonce] })],
)

/** What keeperWatch last announced, so that each change is told once. */
export const keeperWatches = pgTable('keeper_watches', {
  chainId: integer('chain_id').primaryKey(),
  level: text('level').notNull(),
  balanceWei: amount('balance_wei').notNull(),
  /** Counts the announcements: sequence number of the keeper's events. */
  changes: integer('changes').notNull().default(0),
  since: at('since').notNull().defaultNow(),
  /** Of the last look, whether anything had changed or not. */
  lookedAt: at('looked_at').notNull().defaultNow(),
})

/** What each reconciliation found (MONEY 23). */
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
