import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'

/**
 * Opening balances: balances that no row explained, and that an operator adopted (MONEY 25). Each
 * has a row in `deposits`, from which it is swept. `amount` there falls if deposits are found later
 * that explain a part of the balance.
 */
export const openingBalances = pgTable(
  'opening_balances',
  {
    depositId: text('deposit_id').primaryKey(),
    chainId: integer('chain_id').notNull(),
    wallet: text('wallet').notNull(),
    asset: text('asset').notNull(),
    /** As adopted. */
    amount: amount('amount').notNull(),
    /** Final block at which the balance was read. */
    blockNumber: height('block_number').notNull(),
    blockHash: text('block_hash').notNull(),
    operator: text('operator').notNull(),
    reason: text('reason').notNull(),
    adoptedAt: at('adopted_at').notNull().defaultNow(),
  },
  (t) => [index('opening_balances_by_block').on(t.chainId, t.blockNumber)],
)
