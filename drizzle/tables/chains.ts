import { sql } from 'drizzle-orm'
import {
  bigserial,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'

/**
 * One row for each chain that this deployment has ever served. The row's cold wallet must equal the
 * cold wallet in the config (MONEY 18).
 */
export const chains = pgTable('chains', {
  id: integer('id').primaryKey(),
  name: text('name').notNull(),
  coldWallet: text('cold_wallet').notNull(),
  /** Reason of a pause. Until an operator resumes the chain, nothing new is planned or signed. */
  pausedReason: text('paused_reason'),
  createdAt: at('created_at').notNull().defaultNow(),
})

/**
 * Measured gas of a plain native transfer on each chain. Native sweeps and gas transactions are
 * signed with this gas (MONEY 8).
 */
export const transferGas = pgTable('transfer_gas', {
  chainId: integer('chain_id').primaryKey(),
  gas: amount('gas').notNull(),
  blockNumber: height('block_number').notNull(),
  measuredAt: at('measured_at').notNull().defaultNow(),
  measuredBy: text('measured_by').notNull(),
})

/**
 * A change of COLD_WALLET. One operator proposes it, and after a delay another operator applies it
 * (MONEY 18).
 */
export const coldWalletChanges = pgTable(
  'cold_wallet_changes',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    chainId: integer('chain_id').notNull(),
    from: text('from').notNull(),
    to: text('to').notNull(),
    operator: text('operator').notNull(),
    reason: text('reason').notNull(),
    askedAt: at('asked_at').notNull().defaultNow(),
    /** The change cannot be applied before this time. */
    effectiveAt: at('effective_at').notNull(),
    appliedAt: at('applied_at'),
    cancelledAt: at('cancelled_at'),
  },
  (t) => [
    uniqueIndex('cold_wallet_changes_one_pending')
      .on(t.chainId)
      .where(sql`applied_at is null and cancelled_at is null`),
  ],
)

/**
 * Assets whose sweeps are or were stopped: by an operator, or by the breaker after failures (MONEY
 * 30).
 */
export const assetPauses = pgTable(
  'asset_pauses',
  {
    chainId: integer('chain_id').notNull(),
    asset: text('asset').notNull(),
    reason: text('reason').notNull(),
    pausedAt: at('paused_at').notNull().defaultNow(),
    /** End of the pause; null while it lasts. */
    endedAt: at('ended_at'),
    /** Failed trials of this pause, and of those that ended less than a day before it. */
    trials: integer('trials').notNull().default(0),
    /** From this time on one sweep may be tried; null for an operator's pause. */
    nextTrialAt: at('next_trial_at'),
    /** The sweep that is tried; another may be tried after `trial_until`. */
    trialSweepId: uuid('trial_sweep_id'),
    trialUntil: at('trial_until'),
  },
  (t) => [primaryKey({ columns: [t.chainId, t.asset] })],
)
