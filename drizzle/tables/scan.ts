import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { at, height } from './columns.ts'

/**
 * Transactions of canonical blocks that no endpoint could show whole. Deleted when read, or when a
 * reorg removes the block.
 */
export const unreadTransactions = pgTable(
  'unread_transactions',
  {
    chainId: integer('chain_id').notNull(),
    txHash: text('tx_hash').notNull(),
    blockNumber: height('block_number').notNull(),
    blockHash: text('block_hash').notNull(),
    /** null where it cannot be read. */
    sender: text('sender'),
    nonce: height('nonce'),
    /**
     * Its sender's lane, if there is one, is closed while the row is open and no attempt has the
     * hash.
     */
    closesLane: boolean('closes_lane').notNull(),
    why: text('why').notNull(),
    tries: integer('tries').notNull().default(2),
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
    triedAt: at('tried_at').notNull().defaultNow(),
    nextTryAt: at('next_try_at').notNull(),
    alarmedAt: at('alarmed_at'),
    /** An operator answers for it: it is no longer read, and closes no lane. */
    answeredBy: text('answered_by'),
    answeredReason: text('answered_reason'),
    answeredAt: at('answered_at'),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.txHash] }),
    index('unread_transactions_due').on(t.chainId, t.nextTryAt).where(sql`answered_at is null`),
    index('unread_transactions_by_sender').on(t.chainId, t.sender),
    index('unread_transactions_by_block').on(t.chainId, t.blockNumber),
  ],
)

/**
 * Where a chain has more unread transactions than rows are kept for: one range of blocks, read
 * again piece by piece.
 */
export const unreadBlocks = pgTable('unread_blocks', {
  chainId: integer('chain_id').primaryKey(),
  fromBlock: height('from_block').notNull(),
  toBlock: height('to_block').notNull(),
  /** Unread transactions in the range when it was first read. */
  transactions: integer('transactions').notNull(),
  why: text('why').notNull(),
  tries: integer('tries').notNull().default(2),
  firstSeenAt: at('first_seen_at').notNull().defaultNow(),
  nextTryAt: at('next_try_at').notNull(),
  alarmedAt: at('alarmed_at'),
})
