import { count, desc, eq, inArray, sql } from 'drizzle-orm'
import type { DoubtedCount, RowFigures } from '../../../domain/books/row-figures.ts'
import { type DepositState, unfinishedStates } from '../../../domain/deposits/deposit-state.ts'
import { chains, deposits, reconciliations } from '../../../drizzle/schema.ts'
import { inDoubt } from '../deposits/doubts.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

/**
 * In milliseconds, below the deadline after which a silent server's connections are broken. A slow
 * count therefore does not look like a silent server.
 */
const answerWithinMs = 10_000

export function createRowFigures(db: Queries): RowFigures {
  const limited = <T>(work: (tx: Queries) => PromiseLike<T>) =>
    db.transaction(async (tx) => {
      await tx.execute(sql.raw(`set local statement_timeout = ${answerWithinMs}`))
      return await work(tx)
    })
  return withDatabaseErrors<RowFigures>({
    async unfinished() {
      const rows = await limited(readUnfinished)
      return rows.map(({ age, state, ...row }) => ({
        ...row,
        state: state as DepositState,
        oldestSeconds: Math.max(0, Number(age)),
      }))
    },
    async doubted() {
      const rows = await limited(readDoubted)
      return rows as DoubtedCount[]
    },
    async chains() {
      const rows = await limited(readChains)
      return rows.map(({ chainId, pausedReason, newest }) => ({
        chainId,
        paused: pausedReason !== null,
        reconciled: newest
          ? {
              height: newest.height,
              differences: newest.differences,
              ageSeconds: Math.max(0, Number(newest.age)),
            }
          : undefined,
      }))
    },
  })
}

const readUnfinished = (tx: Queries) =>
  tx
    .select({
      chainId: deposits.chainId,
      state: deposits.state,
      count: count(),
      age: sql<string>`extract(epoch from now() - min(${deposits.detectedAt}))`,
    })
    .from(deposits)
    .where(inArray(deposits.state, [...unfinishedStates]))
    .groupBy(deposits.chainId, deposits.state)

const readDoubted = (tx: Queries) =>
  tx
    .select({ chainId: deposits.chainId, doubt: deposits.doubt, count: count() })
    .from(deposits)
    .where(inDoubt)
    .groupBy(deposits.chainId, deposits.doubt)

function readChains(tx: Queries) {
  const newest = tx
    .select({
      height: reconciliations.blockNumber,
      differences: sql<number>`jsonb_array_length(${reconciliations.report}->'differences')`.as(
        'differences',
      ),
      age: sql<string>`extract(epoch from now() - ${reconciliations.doneAt})`.as('age'),
    })
    .from(reconciliations)
    .where(eq(reconciliations.chainId, chains.id))
    .orderBy(desc(reconciliations.id))
    .limit(1)
    .as('newest')
  return tx
    .select({
      chainId: chains.id,
      pausedReason: chains.pausedReason,
      newest: { height: newest.height, differences: newest.differences, age: newest.age },
    })
    .from(chains)
    .leftJoinLateral(newest, sql`true`)
}
