import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { amount, at, height } from './columns.ts'

/** One row for each sweep, which moves one asset of one wallet to the cold wallet (MONEY 10). */
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
     * `swept`; `void`: the sweep closed without a signature; `refused`: its transaction succeeded
     * and moved nothing.
     */
    outcome: text('outcome'),
    /** The workflow that drives the sweep, until the lease lapses (MONEY 10). */
    leaseHolder: text('lease_holder'),
    leaseUntil: at('lease_until'),
    /** The plan from which the intents are signed. */
    plannedAmount: amount('planned_amount'),
    plannedBlock: height('planned_block'),
    gasLimit: amount('gas_limit'),
    feeCapWei: amount('fee_cap_wei'),
    gasShortWei: amount('gas_short_wei'),
    /** The outcome, read from the final receipt. */
    txHash: text('tx_hash'),
    blockNumber: height('block_number'),
    txIndex: integer('tx_index'),
    leftAmount: amount('left_amount'),
    arrivedAmount: amount('arrived_amount'),
    /** Deposits are covered while their sum fits this amount (MONEY 11). */
    coverableAmount: amount('coverable_amount'),
    /** The node reports a balance of 0 after the sweep's block. */
    emptied: boolean('emptied'),
    /** Balance after the sweep's block; null where it is not known. */
    remainingAmount: amount('remaining_amount'),
    /** Place of the outgoing Transfer in the receipt. */
    logOrder: integer('log_order'),
    /**
     * Number of credits of the wallet's token in the receipt before the outgoing Transfer. The
     * sweep moved these credits too.
     */
    creditsBefore: integer('credits_before'),
    /** The keeper's gas money that a native sweep moved. It is no deposit (MONEY 6). */
    gasReturnedWei: amount('gas_returned_wei'),
    gasSpentWei: amount('gas_spent_wei'),
  },
  (t) => [
    // MONEY 10: at most one open sweep per chain, wallet and asset.
    uniqueIndex('sweeps_one_open').on(t.chainId, t.wallet, t.asset).where(sql`closed_at is null`),
    index('sweeps_by_wallet').on(t.chainId, t.wallet, t.asset),
    index('sweeps_by_close').on(t.closedAt, t.id).where(sql`closed_at is not null`),
  ],
)
