import { count, inArray, sql } from 'drizzle-orm'
import { type DepositState, unfinishedStates } from '../../domain/deposit-state.ts'
import type { UnfinishedDeposits } from '../../domain/ports/unfinished-deposits.ts'
import { deposits } from '../../drizzle/schema.ts'
import { withDatabaseErrors } from './errors.ts'
import type { Queries } from './queries.ts'

/** Below the time after which a silent server's connections are broken: a slow count must not look like one. */
const answerWithinMs = 10_000

export function createUnfinishedDeposits(db: Queries): UnfinishedDeposits {
  return withDatabaseErrors<UnfinishedDeposits>({
    async measure() {
      const rows = await db.transaction(async (tx) => {
        await tx.execute(sql.raw(`set local statement_timeout = ${answerWithinMs}`))
        return tx
          .select({
            chainId: deposits.chainId,
            state: deposits.state,
            count: count(),
            age: sql<string>`extract(epoch from now() - min(${deposits.detectedAt}))`,
          })
          .from(deposits)
          .where(inArray(deposits.state, [...unfinishedStates]))
          .groupBy(deposits.chainId, deposits.state)
      })
      return rows.map(({ age, state, ...row }) => ({
        ...row,
        state: state as DepositState,
        oldestSeconds: Math.max(0, Number(age)),
      }))
    },
  })
}
