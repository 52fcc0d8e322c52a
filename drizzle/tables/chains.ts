import { sql } from 'drizzle-orm'
import { bigserial, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'

/**
 * One row a chain that this deployment has ever served; the cold wallet here must equal the
 * config's (MONEY 18).
 */
export const chains = pgTable('chains', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  coldWallet: text('cold_wallet').notNull(),
  /** Why nothing new is planned or signed on it, until an operator resumes it. */
  pausedReason: text('paused_reason'),
  createdAt: at('created_at').notNull().defaultNow(),
})

/** Keepers, current and retired: coin from any of them is never a deposit (MONEY 13). */
export const keepers = pgTable(
  'keepers',
  {
    chainId: integer('chain_id').notNull(),
    address: text('address').notNull(),
    since: at('since').notNull().defaultNow(),
    retiredAt: at('retired_at'),
    /** Balance at the block where it was first met: reconciliation opens with it (MONEY 23). */
    openingWei: amount('opening_wei'),
    openingBlock: height('opening_block'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.address] })],
)

/**
 * Addresses of the central database as they were first met. `seq` orders them, which the central
 * table does not.
 */
export const wallets = pgTable('wallets', {
  address: text('address').primaryKey(),
  seq: bigserial('seq', { mode: 'bigint' }).notNull().unique(),
  firstSeenAt: at('first_seen_at').notNull().defaultNow(),
})

/**
 * Where a chain's scanner stands. `walletSeq`: wallets up to it are watched and were read late
 * where needed.
 */
export const scanCursors = pgTable('scan_cursors', {
  chainId: integer('chain_id').primaryKey(),
  startHeight: height('start_height').notNull(),
  height: height('height').notNull(),
  hash: text('hash').notNull(),
  /** Deposits at or below it are confirmed and handed on. */
  finalHeight: height('final_height'),
  headHeight: height('head_height').notNull(),
  walletSeq: height('wallet_seq').notNull().default(sql`0`),
  /**
   * Height at which the central table was last read whole: blocks above it are read again for
   * wallets that come after.
   */
  walletsHeight: height('wallets_height').notNull().default(sql`0`),
  updatedAt: at('updated_at').notNull().defaultNow(),
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
     * Last block before those that were read without it; null while whoever moves the cursor lists
     * it: read up to there.
     */
    readTo: height('read_to'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.token] })],
)

/**
 * What a plain transfer of native coin takes on each chain, as measured: what native sweeps and gas
 * are signed with (MONEY 8).
 */
export const transferGas = pgTable('transfer_gas', {
  chainId: integer('chain_id').primaryKey(),
  gas: amount('gas').notNull(),
  blockNumber: height('block_number').notNull(),
  measuredAt: at('measured_at').notNull().defaultNow(),
  measuredBy: text('measured_by').notNull(),
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
