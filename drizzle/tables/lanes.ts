import { sql } from 'drizzle-orm'
import {
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { amount, at, bytes, height } from './columns.ts'
import { sweeps } from './sweeps.ts'

/**
 * A lane is the sequence of nonces of one sender on one chain. Its row is the lock under which a
 * transaction takes a nonce (MONEY 1, 5).
 */
export const lanes = pgTable(
  'lanes',
  {
    chainId: integer('chain_id').notNull(),
    sender: text('sender').notNull(),
    role: text('role').notNull(),
    entryNonce: height('entry_nonce').notNull(),
    nextNonce: height('next_nonce').notNull(),
    /**
     * The sweep that holds a user wallet's lane. One sweep at a time holds the lane, whatever its
     * asset (MONEY 6).
     */
    holderSweepId: uuid('holder_sweep_id').references(() => sweeps.id),
    heldSince: at('held_since'),
    /**
     * Newest block with a transaction of this lane. The next plan reads balances at or after this
     * block.
     */
    lastMinedBlock: height('last_mined_block'),
    /** Reason why the lane is closed. Nothing is signed on it until `recover` (MONEY 22). */
    closedReason: text('closed_reason'),
    closedAt: at('closed_at'),
  },
  (t) => [
    primaryKey({ columns: [t.chainId, t.sender] }),
    // Counts the closed lanes for metrics.
    index('lanes_closed').on(t.chainId, t.role).where(sql`closed_reason is not null`),
  ],
)

/** One payment intent with one nonce (MONEY 1 to 3). Its signed versions are in `attempts`. */
export const transactions = pgTable(
  'transactions',
  {
    /** `<sweep id>:<step>:<round>` (MONEY 2) */
    key: text('key').primaryKey(),
    sweepId: uuid('sweep_id')
      .notNull()
      .references(() => sweeps.id),
    step: text('step').notNull(),
    round: smallint('round').notNull(),
    chainId: integer('chain_id').notNull(),
    sender: text('sender').notNull(),
    nonce: height('nonce').notNull(),
    /** `live`, and at the end `succeeded`, `reverted`, `cancelled` or `displaced`. */
    state: text('state').notNull().default('live'),
    to: text('to').notNull(),
    valueWei: amount('value_wei').notNull(),
    data: text('data').notNull(),
    gasLimit: amount('gas_limit').notNull(),
    /** Highest fee per gas that a bump may have without new gas money (MONEY 8). */
    feeCapWei: amount('fee_cap_wei').notNull(),
    l1FeeWei: amount('l1_fee_wei').notNull().default(sql`0`),
    /** Most that an attempt may cost; null without an order's limit (MONEY 15). */
    costLimitWei: amount('cost_limit_wei'),
    /** Block of the balance that a sweep moves, which excludes later deposits (MONEY 11). */
    balanceBlock: height('balance_block'),
    /** Reason of a requested cancel, which uses up the nonce (MONEY 3); null without a request. */
    cancelReason: text('cancel_reason'),
    minedHash: text('mined_hash'),
    minedBlock: height('mined_block'),
    minedBlockHash: text('mined_block_hash'),
    minedTxIndex: integer('mined_tx_index'),
    minedOk: boolean('mined_ok'),
    gasUsed: amount('gas_used'),
    gasPriceWei: amount('gas_price_wei'),
    minedL1FeeWei: amount('mined_l1_fee_wei'),
    /**
     * Whether the transfer reverted because the wallet held less than was signed: the token's
     * balances shrank in between. Such a failure does not count for the breaker (MONEY 30).
     */
    staleBalance: boolean('stale_balance'),
    /**
     * Time at which the transaction was first found in a block. The time stays if a reorg removes
     * that block.
     */
    firstMinedAt: at('first_mined_at'),
    /**
     * Reason why nodes reject the newest attempt, as shown in the deposits' rows; null while nodes
     * accept the attempt.
     */
    refusalReason: text('refusal_reason'),
    refusalDetail: text('refusal_detail'),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
  },
  (t) => [
    uniqueIndex('transactions_one_nonce').on(t.chainId, t.sender, t.nonce),
    uniqueIndex('transactions_one_round').on(t.sweepId, t.step, t.round),
    index('transactions_live').on(t.chainId, t.sender, t.nonce).where(sql`state = 'live'`),
    // Finds transactions that a balance read at a block may not reflect yet (MONEY 7).
    index('transactions_by_mined_block').on(t.chainId, t.sender, t.minedBlock),
    // Finds the latest gas payments, for the keeper's burn rate.
    index('transactions_gas_mined').on(t.chainId, t.firstMinedAt).where(sql`step = 'gas'`),
    index('transactions_by_end').on(t.endedAt, t.key).where(sql`ended_at is not null`),
    // MONEY 6: among the live transactions that were never in a block, each user wallet has at most
    // one. A transaction that a reorg removed does not count: it comes back next to its successor,
    // on its own lower nonce. MONEY 2: each step has at most one such live round.
    uniqueIndex('transactions_one_live_round')
      .on(t.sweepId, t.step)
      .where(sql`state = 'live' and first_mined_at is null`),
    uniqueIndex('transactions_one_live_per_wallet')
      .on(t.chainId, t.sender)
      .where(sql`state = 'live' and step = 'sweep' and first_mined_at is null`),
  ],
)

/** Signed versions of a transaction; at most one is mined. */
export const attempts = pgTable(
  'attempts',
  {
    hash: text('hash').primaryKey(),
    transactionKey: text('transaction_key')
      .notNull()
      .references(() => transactions.key),
    number: smallint('number').notNull(),
    kind: text('kind').notNull(),
    /**
     * A bump of a native sweep lowers the value (MONEY 9). A cancel sends 0 to the sender itself.
     */
    valueWei: amount('value_wei').notNull(),
    /**
     * Height of the head at the signature, or at the time when a reorg last removed the attempt's
     * block. A bump is due some blocks later (MONEY 8).
     */
    signedBlock: height('signed_block'),
    maxFeeWei: amount('max_fee_wei').notNull(),
    maxPriorityFeeWei: amount('max_priority_fee_wei').notNull(),
    /** null on rows of an older version: these attempts have the transaction's gas limit. */
    gasLimit: amount('gas_limit'),
    raw: bytes('raw').notNull(),
    signedAt: at('signed_at').notNull().defaultNow(),
    firstSentAt: at('first_sent_at'),
    lastSentAt: at('last_sent_at'),
    sends: integer('sends').notNull().default(0),
    /**
     * Number of broadcasts since a node last showed the attempt. A returned hash alone does not
     * count as shown.
     */
    unheld: integer('unheld').notNull().default(0),
    lastError: text('last_error'),
  },
  (t) => [uniqueIndex('attempts_numbered').on(t.transactionKey, t.number)],
)

/**
 * External transactions: transactions of a keeper or a user wallet that no attempt explains. Each
 * external transaction raises an alarm (MONEY 5).
 */
export const externalTransactions = pgTable(
  'foreign_transactions',
  {
    chainId: integer('chain_id').notNull(),
    sender: text('sender').notNull(),
    nonce: height('nonce').notNull(),
    /** null where the lane loop noticed only the used nonce. */
    hash: text('hash'),
    blockNumber: height('block_number'),
    blockHash: text('block_hash'),
    to: text('to'),
    valueWei: amount('value_wei'),
    feeWei: amount('fee_wei'),
    ok: boolean('ok'),
    /** Kind that `recover` found, e.g. a sweep whose row was lost (MONEY 22). */
    explanation: text('explanation'),
    adoptedBy: text('adopted_by'),
    adoptedAt: at('adopted_at'),
    noticedAt: at('noticed_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.sender, t.nonce] })],
)
