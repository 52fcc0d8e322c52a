import { sql } from 'drizzle-orm'
import { bigserial, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { at, height } from './columns.ts'

/**
 * Progress of a chain's scanner. Wallets up to `walletSeq` are watched, and backfilled where
 * needed.
 */
export const scanCursors = pgTable('scan_cursors', {
  chainId: integer('chain_id').primaryKey(),
  startHeight: height('start_height').notNull(),
  height: height('height').notNull(),
  hash: text('hash').notNull(),
  /** Deposits at or below this height are confirmed and handed over. */
  finalHeight: height('final_height'),
  headHeight: height('head_height').notNull(),
  walletSeq: height('wallet_seq').notNull().default(sql`0`),
  /**
   * Height at which the central table was last read completely. Blocks above it are backfilled for
   * wallets that are added later.
   */
  walletsHeight: height('wallets_height').notNull().default(sql`0`),
  updatedAt: at('updated_at').notNull().defaultNow(),
})

/**
 * Headers linked by parent hash, kept some way below finality so that a reorg finds its fork point
 * (MONEY 21).
 */
export const blocks = pgTable(
  'blocks',
  {
    chainId: integer('chain_id').notNull(),
    number: height('number').notNull(),
    hash: text('hash').notNull(),
    parentHash: text('parent_hash').notNull(),
    minedAt: at('mined_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.number] })],
)

/**
 * Addresses of the central database, in the order in which they were first read (`seq`). The
 * central table has no order.
 */
export const wallets = pgTable('wallets', {
  address: text('address').primaryKey(),
  seq: bigserial('seq', { mode: 'bigint' }).notNull().unique(),
  firstSeenAt: at('first_seen_at').notNull().defaultNow(),
})

/**
 * Tokens that any scanner of this deployment has ever listed, and how far blocks were read for them
 * (MONEY 13).
 */
export const listedTokens = pgTable(
  'listed_tokens',
  {
    chainId: integer('chain_id').notNull(),
    token: text('token').notNull(),
    /**
     * Last block before the blocks that were read without the token. null while the scanner that
     * moves the cursor lists the token, whose blocks are then read up to the cursor.
     */
    readTo: height('read_to'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.token] })],
)

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
     * Whether the row closes its sender's lane, if that exists, while the row is open and no
     * attempt has the hash.
     */
    closesLane: boolean('closes_lane').notNull(),
    why: text('why').notNull(),
    tries: integer('tries').notNull().default(2),
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
    triedAt: at('tried_at').notNull().defaultNow(),
    nextTryAt: at('next_try_at').notNull(),
    alarmedAt: at('alarmed_at'),
    /**
     * Set once an operator answers for the transaction. It is then no longer read, and closes no
     * lane.
     */
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
 * One range of blocks per chain that has more unread transactions than rows are kept for. The range
 * is read again piece by piece.
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
