import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'

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
    /**
     * With logOrder: the place in chain order inside the block; natives come before their
     * transaction's logs.
     */
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
    /**
     * Why no sweep of its wallet and asset is planned until somebody approves or skips it (MONEY
     * 16).
     */
    heldReason: text('held_reason'),
    heldAt: at('held_at'),
    releasedAt: at('released_at'),
    /**
     * The last doubt that an operator has to decide (domain/deposits/doubt.ts); null where there
     * was none.
     */
    doubt: text('doubt'),
    /**
     * The doubt that an operator overruled. Counts for this row's block: a reorg sets it to null.
     */
    doubtCleared: text('doubt_cleared'),
    /**
     * What balances say of a token credit (domain/deposits/backing.ts); null where nothing speaks
     * against it (MONEY 24).
     */
    backing: text('backing'),
    /**
     * Balance of its wallet and token at its block less the one at the parent; null where it could
     * not be read.
     */
    balanceChange: amount('balance_change'),
    /** What the token logged as sent from the wallet in its block. */
    loggedOut: amount('logged_out'),
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
    index('deposits_doubted')
      .on(t.chainId, t.blockNumber)
      .where(sql`doubt is not null and state = 'confirming'`),
    index('deposits_unjudged')
      .on(t.chainId, t.wallet, t.asset)
      .where(sql`backing in ('unread', 'short') and state in ('detected', 'confirming')`),
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
    /**
     * `swept`; `void`: nothing of ours went to the chain; `refused`: its transaction succeeded and
     * moved nothing.
     */
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
    /** The node says that nothing of the asset was left at the sweep's block. */
    emptied: boolean('emptied'),
    /** Balance after the sweep's block; null where it is not known. */
    remainingAmount: amount('remaining_amount'),
    /** Place of the outgoing Transfer in the receipt. */
    logOrder: integer('log_order'),
    /**
     * Credits of the wallet's token in the receipt before the outgoing Transfer: so many of its
     * deposits were swept along.
     */
    creditsBefore: integer('credits_before'),
    /** Keeper coin that went home with a native sweep: no deposit (MONEY 6). */
    gasReturnedWei: amount('gas_returned_wei'),
    gasSpentWei: amount('gas_spent_wei'),
  },
  (t) => [
    // MONEY 10: at most one open sweep per chain, wallet and asset.
    uniqueIndex('sweeps_one_open').on(t.chainId, t.wallet, t.asset).where(sql`closed_at is null`),
  ],
)
