import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

/**
 * PostgreSQL is the truth about money (MONEY.md). Addresses and hashes are lower-case hex text; amounts are
 * numeric(78,0) in the smallest unit, because uint256 has 78 digits; heights and nonces are bigint.
 */
const amount = (name: string) => numeric(name, { precision: 78, scale: 0, mode: 'bigint' })
const height = (name: string) => bigint(name, { mode: 'bigint' })
const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

/** One row a chain that this deployment has ever served; the cold wallet here must equal the config's (MONEY 18). */
export const chains = pgTable('chains', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  coldWallet: text('cold_wallet').notNull(),
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
  },
  (t) => [primaryKey({ columns: [t.chainId, t.address] })],
)

/** Addresses of the central database as they were first met. `seq` orders them, which the central table does not. */
export const wallets = pgTable('wallets', {
  address: text('address').primaryKey(),
  seq: bigserial('seq', { mode: 'bigint' }).notNull().unique(),
  firstSeenAt: at('first_seen_at').notNull().defaultNow(),
})

/** Where a chain's scanner stands. `walletSeq`: wallets up to it are watched and were read late where needed. */
export const scanCursors = pgTable('scan_cursors', {
  chainId: integer('chain_id').primaryKey(),
  startHeight: height('start_height').notNull(),
  height: height('height').notNull(),
  hash: text('hash').notNull(),
  /** Deposits at or below it are confirmed and handed on. */
  finalHeight: height('final_height'),
  headHeight: height('head_height').notNull(),
  walletSeq: height('wallet_seq').notNull().default(sql`0`),
  /** Height at which the central table was last read whole: blocks above it are read again for wallets that come after. */
  walletsHeight: height('wallets_height').notNull().default(sql`0`),
  updatedAt: at('updated_at').notNull().defaultNow(),
})

/** Headers linked by parent hash, kept some way below finality so that a reorg finds its fork point (MONEY 21). */
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

export const deposits = pgTable(
  'deposits',
  {
    /** `chainId:txHash:position` */
    id: text('id').primaryKey(),
    chainId: integer('chain_id').notNull(),
    txHash: text('tx_hash').notNull(),
    position: text('position').notNull(),
    /** `native` or the token's address */
    asset: text('asset').notNull(),
    wallet: text('wallet').notNull(),
    sender: text('sender').notNull(),
    amount: amount('amount').notNull(),
    blockNumber: height('block_number').notNull(),
    blockHash: text('block_hash').notNull(),
    /** With logOrder: the place in chain order inside the block; natives come before their transaction's logs. */
    txIndex: integer('tx_index').notNull(),
    logOrder: integer('log_order').notNull(),
    state: text('state').notNull(),
    reason: text('reason').notNull().default(''),
    /** What a person needs to know beyond the reason; never a secret. */
    detail: text('detail').notNull().default(''),
    since: at('since').notNull().defaultNow(),
    /** The sweep that covers it, or that it is working on. */
    sweepId: uuid('sweep_id').references(() => sweeps.id),
    covered: boolean('covered').notNull().default(false),
    detectedAt: at('detected_at').notNull().defaultNow(),
    confirmedAt: at('confirmed_at'),
    /** When a run of its workflow last reported; `adopt` starts one where this is old. */
    lastRunAt: at('last_run_at'),
    eventSeq: integer('event_seq').notNull().default(0),
  },
  (t) => [
    index('deposits_by_block').on(t.chainId, t.blockNumber),
    index('deposits_unfinished')
      .on(t.chainId, t.wallet, t.asset)
      .where(sql`not covered and state <> 'orphaned'`),
    index('deposits_by_state').on(t.state, t.since),
    index('deposits_by_tx').on(t.txHash),
    index('deposits_by_sweep').on(t.sweepId),
    check('deposits_amount_positive', sql`${t.amount} > 0`),
  ],
)

export const sweeps = pgTable(
  'sweeps',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    chainId: integer('chain_id').notNull(),
    wallet: text('wallet').notNull(),
    asset: text('asset').notNull(),
    method: text('method').notNull().default('fund-and-transfer'),
    openedAt: at('opened_at').notNull().defaultNow(),
    closedAt: at('closed_at'),
    /** `swept`; `void`: nothing of ours went to the chain; `refused`: its transaction succeeded and moved nothing. */
    outcome: text('outcome'),
    /** The workflow that drives it, while the lease lasts (MONEY 10). */
    leaseHolder: text('lease_holder'),
    leaseUntil: at('lease_until'),
    /** The plan that the intents are signed from. */
    plannedAmount: amount('planned_amount'),
    plannedBlock: height('planned_block'),
    gasLimit: amount('gas_limit'),
    feeCapWei: amount('fee_cap_wei'),
    gasShortWei: amount('gas_short_wei'),
    /** The outcome, from the final receipt. */
    txHash: text('tx_hash'),
    blockNumber: height('block_number'),
    txIndex: integer('tx_index'),
    leftAmount: amount('left_amount'),
    arrivedAmount: amount('arrived_amount'),
    /** Deposits whose sum fits this are covered (MONEY 11). */
    coverableAmount: amount('coverable_amount'),
    /** Nothing of the asset was left at the sweep's block. */
    emptied: boolean('emptied'),
    /** Keeper coin that went home with a native sweep: no deposit (MONEY 6). */
    gasReturnedWei: amount('gas_returned_wei'),
    gasSpentWei: amount('gas_spent_wei'),
  },
  (t) => [
    // MONEY 10: at most one open sweep per chain, wallet and asset.
    uniqueIndex('sweeps_one_open').on(t.chainId, t.wallet, t.asset).where(sql`closed_at is null`),
  ],
)

/** A lane is (chain, sender). Its row is the lock under which nonces are taken (MONEY 1, 5). */
export const lanes = pgTable(
  'lanes',
  {
    chainId: integer('chain_id').notNull(),
    sender: text('sender').notNull(),
    role: text('role').notNull(),
    entryNonce: height('entry_nonce').notNull(),
    nextNonce: height('next_nonce').notNull(),
    /** A user wallet's lane is held by one sweep at a time, whatever the asset (MONEY 6). */
    holderSweepId: uuid('holder_sweep_id').references(() => sweeps.id),
    heldSince: at('held_since'),
    /** Balances of the next plan are read at or after this block. */
    lastMinedBlock: height('last_mined_block'),
    closedReason: text('closed_reason'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.sender] })],
)

/** One intent with one nonce (MONEY 1 to 3). */
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
    /** `live`, then how it ended: `succeeded`, `reverted`, `cancelled`, `displaced`. */
    state: text('state').notNull().default('live'),
    to: text('to').notNull(),
    valueWei: amount('value_wei').notNull(),
    data: text('data').notNull(),
    gasLimit: amount('gas_limit').notNull(),
    /** Bumps may go up to it without new money (MONEY 8). */
    feeCapWei: amount('fee_cap_wei').notNull(),
    l1FeeWei: amount('l1_fee_wei').notNull().default(sql`0`),
    minedHash: text('mined_hash'),
    minedBlock: height('mined_block'),
    minedBlockHash: text('mined_block_hash'),
    minedTxIndex: integer('mined_tx_index'),
    minedOk: boolean('mined_ok'),
    gasUsed: amount('gas_used'),
    gasPriceWei: amount('gas_price_wei'),
    minedL1FeeWei: amount('mined_l1_fee_wei'),
    /** When a block first had it; stays when a reorg takes it out again. */
    firstMinedAt: at('first_mined_at'),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
  },
  (t) => [
    uniqueIndex('transactions_one_nonce').on(t.chainId, t.sender, t.nonce),
    uniqueIndex('transactions_one_round').on(t.sweepId, t.step, t.round),
    index('transactions_live').on(t.chainId, t.sender, t.nonce).where(sql`state = 'live'`),
    // What a balance read at some block may not show yet (MONEY 7).
    index('transactions_by_mined_block').on(t.chainId, t.sender, t.minedBlock),
    // MONEY 6: at most one live transaction per user wallet, until a block has had it: one that a reorg took out comes
    // back beside the next one, on its own lower nonce. MONEY 2: at most one live round of a step.
    uniqueIndex('transactions_one_live_round').on(t.sweepId, t.step).where(sql`state = 'live'`),
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
    maxFeeWei: amount('max_fee_wei').notNull(),
    maxPriorityFeeWei: amount('max_priority_fee_wei').notNull(),
    raw: bytes('raw').notNull(),
    signedAt: at('signed_at').notNull().defaultNow(),
    firstSentAt: at('first_sent_at'),
    lastSentAt: at('last_sent_at'),
    sends: integer('sends').notNull().default(0),
    lastError: text('last_error'),
  },
  (t) => [uniqueIndex('attempts_numbered').on(t.transactionKey, t.number)],
)

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

/** Transactions of a keeper or user wallet that no attempt of ours explains: each an alarm (MONEY 5). */
export const foreignTransactions = pgTable(
  'foreign_transactions',
  {
    chainId: integer('chain_id').notNull(),
    sender: text('sender').notNull(),
    nonce: height('nonce').notNull(),
    /** Unknown where only the used nonce was noticed. */
    hash: text('hash'),
    blockNumber: height('block_number'),
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
})

/** What the relay owes to the bus, written in the commit that makes it true; a row leaves when the broker confirmed it. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    /** `work` goes to a queue, `event` to the topic exchange. */
    kind: text('kind').notNull(),
    /** Queue name or routing key, without the deployment's prefix. */
    route: text('route').notNull(),
    body: jsonb('body').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  // Each kind is drained oldest first: hours of unsent events must not slow down the way to work.
  (t) => [index('outbox_in_order').on(t.kind, t.id)],
)

/** Who did what to a sweep by hand, and why. Rows are only ever added. */
export const operatorActions = pgTable('operator_actions', {
  id: bigserial('id', { mode: 'bigint' }).primaryKey(),
  doneAt: at('done_at').notNull().defaultNow(),
  operator: text('operator').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  reason: text('reason').notNull(),
})
