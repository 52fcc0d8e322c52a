import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'
import { sweeps } from './sweeps.ts'

/** One row for each credit of a user wallet that the scanner stored (a deposit). */
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
     * Together with logOrder, the place of the deposit in its block. Native deposits come before
     * the logs of their transaction.
     */
    txIndex: integer('tx_index').notNull(),
    logOrder: integer('log_order').notNull(),
    state: text('state').notNull(),
    reason: text('reason').notNull().default(''),
    /** Facts for an operator beyond the reason; never a secret. */
    detail: text('detail').notNull().default(''),
    since: at('since').notNull().defaultNow(),
    /** The sweep that covers the deposit, or the sweep that the deposit's run works on. */
    sweepId: uuid('sweep_id').references(() => sweeps.id),
    covered: boolean('covered').notNull().default(false),
    /**
     * Reason of a hold. Until an operator approves, resumes or skips the deposit, no sweep of its
     * wallet and asset is planned (MONEY 16).
     */
    heldReason: text('held_reason'),
    heldAt: at('held_at'),
    releasedAt: at('released_at'),
    /**
     * The last doubt that an operator has to decide about (domain/deposits/doubt.ts); null if the
     * deposit had no doubt.
     */
    doubt: text('doubt'),
    /**
     * The doubt that an operator overruled. The decision counts only for this row's block, so a
     * reorg sets it to null.
     */
    doubtCleared: text('doubt_cleared'),
    /**
     * Verdict of the balance checks about a token credit (domain/deposits/backing.ts); null where
     * the balance change of the deposit's block explains the credit, or no balance was read (MONEY
     * 24).
     */
    backing: text('backing'),
    /**
     * Token balance of the wallet at the deposit's block minus the balance at the parent block;
     * null where it could not be read.
     */
    balanceChange: amount('balance_change'),
    /**
     * Amount of the token that left the wallet in the deposit's block, according to the token's
     * logs.
     */
    loggedOut: amount('logged_out'),
    /**
     * Part of the amount that an opening balance contains, because the deposit was found late. It
     * is taken out of the opening balance when the deposit is confirmed; null if it contains none
     * (MONEY 25).
     */
    openingPart: amount('opening_part'),
    detectedAt: at('detected_at').notNull().defaultNow(),
    confirmedAt: at('confirmed_at'),
    /**
     * Time of the last report of the deposit's workflow. If this time is old, `adopt` starts a run.
     */
    lastRunAt: at('last_run_at'),
    /**
     * The operator's order (dust_orders) by which dust is swept although it is below the asset's
     * minimum. The order counts until the deposit ends (MONEY 15).
     */
    dustOrderId: uuid('dust_order_id'),
    eventSeq: integer('event_seq').notNull().default(0),
  },
  (t) => [
    index('deposits_by_block').on(t.chainId, t.blockNumber),
    index('deposits_unfinished')
      .on(t.chainId, t.wallet, t.asset)
      .where(sql`not covered and state <> 'orphaned'`),
    index('deposits_by_state').on(t.state, t.since),
    index('deposits_by_credit').on(t.confirmedAt, t.id).where(sql`confirmed_at is not null`),
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
