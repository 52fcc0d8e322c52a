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
 * Headers of blocks that the scanner read, linked by parent hash. Some headers below the final
 * height are kept, so that the scanner finds the fork point of a reorg (MONEY 21).
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
 * Tokens that any scanner of this deployment has ever listed, and how far blocks were read for each
 * token (MONEY 13).
 */
export const listedTokens = pgTable(
  'listed_tokens',
  {
    chainId: integer('chain_id').notNull(),
    token: text('token').notNull(),
    /**
     * Last block that was read with the token, if later blocks were read without the token. null
     * while the scanner that moves the cursor lists the token: then all blocks up to the cursor are
     * read with the token.
     */
    readTo: height('read_to'),
    /**
     * Last block of the backfill in progress. A restart reads the same blocks again, whatever the
     * cursor is by then. null if no backfill is in progress.
     */
    backfillTo: height('backfill_to'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.token] })],
)

/**
 * Blocks that were never searched for a listed token, because they were older than
 * `lateWalletBlocks` when the token was listed. A rescan removes its blocks from the rows.
 */
export const tokenGaps = pgTable(
  'token_gaps',
  {
    chainId: integer('chain_id').notNull(),
    token: text('token').notNull(),
    fromBlock: height('from_block').notNull(),
    toBlock: height('to_block').notNull(),
    notedAt: at('noted_at').notNull().defaultNow(),
    /** Set once an operator answers that the blocks need no search. The row is then kept. */
    answeredBy: text('answered_by'),
    answeredReason: text('answered_reason'),
    answeredAt: at('answered_at'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.token, t.fromBlock] })],
)

/**
 * Transactions of canonical blocks that no endpoint could show whole. A row is deleted when its
 * transaction is read, or when a reorg removes its block.
 */
export const unreadTransactions = pgTable(
  'unread_transactions',
  {
    chainId: integer('chain_id').notNull(),
    txHash: text('tx_hash').notNull(),
    blockNumber: height('block_number').notNull(),
    blockHash: text('block_hash').notNull(),
    /** null where the sender cannot be read. */
    sender: text('sender'),
    nonce: height('nonce'),
    /**
     * Whether the row, while it is open, closes the lane of its sender. It closes no lane if one of
     * our attempts has the hash.
     */
    closesLane: boolean('closes_lane').notNull(),
    why: text('why').notNull(),
    tries: integer('tries').notNull().default(2),
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
    triedAt: at('tried_at').notNull().defaultNow(),
    nextTryAt: at('next_try_at').notNull(),
    alarmedAt: at('alarmed_at'),
    /**
     * The operator who closed the row by `coldsweep unread answer`; null while the row is open. A
     * closed row is no longer read, and closes no lane.
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
 * One row for each chain that has more unread transactions than `unread_transactions` may hold. The
 * row names the range of blocks with the other unread transactions, which is read again piece by
 * piece.
 */
export const unreadBlocks = pgTable('unread_blocks', {
  chainId: integer('chain_id').primaryKey(),
  fromBlock: height('from_block').notNull(),
  toBlock: height('to_block').notNull(),
  /** Number of unread transactions in the range at its first reading. */
  transactions: integer('transactions').notNull(),
  why: text('why').notNull(),
  tries: integer('tries').notNull().default(2),
  firstSeenAt: at('first_seen_at').notNull().defaultNow(),
  nextTryAt: at('next_try_at').notNull(),
  alarmedAt: at('alarmed_at'),
  /** When blocks first joined the range after its last alarm. */
  grownAt: at('grown_at'),
})
