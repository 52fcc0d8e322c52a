import { and, asc, eq, isNotNull, notExists, sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import type { KeeperLevel } from '../../../domain/keeper/keeper-capacity.ts'
import type { KeeperStore } from '../../../domain/keeper/keeper-store.ts'
import type { EventBody, EventType } from '../../../domain/outbox/event.ts'
import { deposits, keeperWatches, sweeps, transactions } from '../../../drizzle/schema.ts'
import { liveOfLane } from '../lanes/transaction-rows.ts'
import { owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

const eventOf: Record<KeeperLevel, EventType> = {
  ok: 'keeper.recovered',
  low: 'keeper.low',
  empty: 'keeper.empty',
}

/**
 * Creates the store of the keeper's announced level, live transactions and parked deposits (MONEY
 * 7).
 */
export function createKeeperStore(db: Queries): KeeperStore {
  return {
    live: (chainId, keeper) => liveOfLane(db, chainId, keeper),
    announce: (chainId, level, balance) =>
      db.transaction(async (tx) => {
        const { balanceWei } = balance
        // This insert provides a row to lock, so that two concurrent first checks announce one
        // change.
        await tx
          .insert(keeperWatches)
          .values({ chainId, level: 'ok', balanceWei })
          .onConflictDoNothing()
        const watch = eq(keeperWatches.chainId, chainId)
        const [before] = await tx.select().from(keeperWatches).where(watch).for('update')
        const changed = level !== before?.level
        const seq = (before?.changes ?? 0) + (changed ? 1 : 0)
        await tx
          .update(keeperWatches)
          .set({
            level,
            balanceWei,
            uncommittedWei: balance.uncommittedWei,
            emptyBelowWei: balance.emptyBelowWei,
            changes: seq,
            lookedAt: sql`now()`,
            ...(changed ? { since: sql`now()` } : {}),
          })
          .where(watch)
        if (!changed) return false
        const body: EventBody = {
          v: 1,
          type: eventOf[level],
          seq,
          at: new Date().toISOString(),
          chainId,
          data: {
            keeper: getAddress(balance.keeper),
            balanceWei: balanceWei.toString(),
            uncommittedWei: balance.uncommittedWei.toString(),
            alertBelowWei: balance.alertBelowWei.toString(),
          },
        }
        await owe(tx, [{ kind: 'event', route: body.type, body }])
        return true
      }),
    async parked(chainId, limit) {
      const gasUnderWay = db
        .select({ key: transactions.key })
        .from(transactions)
        .where(
          and(
            eq(transactions.sweepId, deposits.sweepId),
            eq(transactions.step, 'gas'),
            eq(transactions.state, 'live'),
          ),
        )
      const rows = await db
        .select({ depositId: deposits.id, shortWei: sweeps.gasShortWei })
        .from(deposits)
        .leftJoin(sweeps, eq(sweeps.id, deposits.sweepId))
        .where(
          and(
            eq(deposits.chainId, chainId),
            eq(deposits.state, 'waiting'),
            eq(deposits.reason, 'keeper-low'),
            // Signed gas is committed already and the lane loop sends it, so a wake-up would not
            // help.
            notExists(gasUnderWay),
          ),
        )
        // Dust comes last: users wait for their deposits, and nobody waits for dust (MONEY 15).
        .orderBy(isNotNull(deposits.dustOrderId), asc(deposits.since))
        .limit(limit)
      return rows.map((row) => ({ depositId: row.depositId, shortWei: row.shortWei ?? 0n }))
    },
  }
}
