import { sql } from 'drizzle-orm'
import type { LaneStore } from '../../../domain/lanes/lane-store.ts'
import { LaneBusy } from '../../../domain/money-errors.ts'
import { transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { enterLane } from '../sweeps/lane-row.ts'
import { lockLane } from '../sweeps/locks.ts'
import { liveUnmined } from './lane-attempts.ts'
import { lockedLane } from './locked-lane.ts'
import { transactionsOfSweep } from './transaction-rows.ts'

/**
 * Milliseconds that a signature may wait for its lane. It waits only for other signatures, which
 * take a few milliseconds each.
 */
const lockTimeoutMs = 5_000

/** PostgreSQL's `lock_not_available`. */
const lockNotAvailable = '55P03'

/** The lock of a lane is the lock of its row (MONEY 1). */
export function laneSigning(db: Queries): Pick<LaneStore, 'withLane' | 'ofSweep' | 'raiseCap'> {
  return {
    async withLane(lane, decide) {
      // The insert is a separate commit. Inside the next commit it would wait for a concurrent
      // first entry without the lock timeout.
      await enterLane(db, lane)
      try {
        return await db.transaction(async (tx) => {
          await tx.execute(sql.raw(`set local lock_timeout = ${lockTimeoutMs}`))
          const row = await lockLane(tx, lane)
          if (!row)
            throw new Error(`the lane of ${lane.sender} has gone: rows were changed by hand`)
          return await decide(lockedLane(tx, row))
        })
      } catch (error) {
        if (codeOf(error) === lockNotAvailable)
          throw new LaneBusy(`the lane of ${lane.sender} is busy`)
        throw error
      }
    },
    ofSweep: (sweepId) => transactionsOfSweep(db, sweepId),
    async raiseCap(key, capWei) {
      await db
        .update(transactions)
        .set({ feeCapWei: sql`greatest(${transactions.feeCapWei}, ${capWei})` })
        .where(liveUnmined(key))
    },
  }
}

/** Drizzle wraps the driver's error as its cause. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  return 'code' in error ? error.code : codeOf(error.cause)
}
