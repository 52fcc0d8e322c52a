import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { amount, at } from './columns.ts'

/**
 * Operators' orders to sweep dust. Each order names its deposits by `deposits.dust_order_id`, and
 * its limits replace the asset's minimum (MONEY 15).
 */
export const dustOrders = pgTable('dust_orders', {
  id: uuid('id').primaryKey().defaultRandom(),
  chainId: integer('chain_id').notNull(),
  /** `native` or the token's address */
  asset: text('asset').notNull(),
  minAmount: amount('min_amount').notNull(),
  /** Most that the sweep of one wallet may cost. */
  maxCostWei: amount('max_cost_wei').notNull(),
  /** Native coin: at least this many times the cost has to arrive. */
  factor: integer('factor').notNull(),
  operator: text('operator').notNull(),
  reason: text('reason').notNull(),
  orderedAt: at('ordered_at').notNull().defaultNow(),
})
