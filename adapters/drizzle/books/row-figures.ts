import { and, count, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type {
  ClosedLanes,
  DoubtedCount,
  RowFigures,
  UnsearchedBlocks,
} from '../../../domain/books/row-figures.ts'
import { type DepositState, unfinishedStates } from '../../../domain/deposits/deposit-state.ts'
import {
  acknowledgedDifferences,
  assetPauses,
  chains,
  deposits,
  externalTransactions,
  lanes,
  reconciliations,
  tokenGaps,
} from '../../../drizzle/schema.ts'
import { inDoubt } from '../deposits/doubts.ts'
import { withDatabaseErrors } from '../errors.ts'
import { spendingOfKeepers } from '../lanes/spending.ts'
import { limited } from '../limited.ts'
import type { Queries } from '../queries.ts'

/** Creates the reader of figures for metrics and warnings. */
export function createRowFigures(db: Queries): RowFigures {
  return withDatabaseErrors<RowFigures>({
    async unfinished() {
      const rows = await limited(db, readUnfinished)
      return rows.map(({ age, state, ...row }) => ({
        ...row,
        state: state as DepositState,
        oldestSeconds: Math.max(0, Number(age)),
      }))
    },
    async doubted() {
      const rows = await limited(db, readDoubted)
      return rows as DoubtedCount[]
    },
    async closedLanes() {
      const rows = await limited(db, readClosedLanes)
      return rows as ClosedLanes[]
    },
    async chains() {
      const rows = await limited(db, readChains)
      return rows.map(({ chainId, pausedReason, external, newest }) => ({
        chainId,
        paused: pausedReason !== null,
        external,
        reconciled: newest
          ? {
              height: newest.height,
              differences: newest.differences,
              ageSeconds: Math.max(0, Number(newest.age)),
            }
          : undefined,
      }))
    },
    async unsearched() {
      const rows = await limited(db, readUnsearched)
      return rows satisfies readonly UnsearchedBlocks[]
    },
    spending: () => limited(db, spendingOfKeepers),
    async pausedAssets() {
      const rows = await limited(db, readPausedAssets)
      return rows.map(({ nextTrialAt, ...row }) => ({
        ...row,
        by: nextTrialAt === null ? ('operator' as const) : ('breaker' as const),
      }))
    },
  })
}

const readPausedAssets = (tx: Queries) =>
  tx
    .select({
      chainId: assetPauses.chainId,
      asset: assetPauses.asset,
      nextTrialAt: assetPauses.nextTrialAt,
    })
    .from(assetPauses)
    .where(isNull(assetPauses.endedAt))

const readUnsearched = (tx: Queries) =>
  tx
    .select({
      chainId: tokenGaps.chainId,
      token: tokenGaps.token,
      blocks: sql<number>`sum(${tokenGaps.toBlock} - ${tokenGaps.fromBlock} + 1)::float8`,
    })
    .from(tokenGaps)
    .where(isNull(tokenGaps.answeredAt))
    .groupBy(tokenGaps.chainId, tokenGaps.token)

/** Without the id that some reasons name, so that a label has few values. */
const reasonWord = sql<string>`split_part(${deposits.reason}, ' ', 1)`

const readUnfinished = (tx: Queries) =>
  tx
    .select({
      chainId: deposits.chainId,
      state: deposits.state,
      reason: reasonWord,
      count: count(),
      age: sql<string>`extract(epoch from now() - min(${deposits.detectedAt}))`,
    })
    .from(deposits)
    .where(inArray(deposits.state, [...unfinishedStates]))
    .groupBy(deposits.chainId, deposits.state, reasonWord)

const readDoubted = (tx: Queries) =>
  tx
    .select({ chainId: deposits.chainId, doubt: deposits.doubt, count: count() })
    .from(deposits)
    .where(inDoubt)
    .groupBy(deposits.chainId, deposits.doubt)

const readClosedLanes = (tx: Queries) =>
  tx
    .select({ chainId: lanes.chainId, role: lanes.role, count: count() })
    .from(lanes)
    .where(isNotNull(lanes.closedReason))
    .groupBy(lanes.chainId, lanes.role)

function readChains(tx: Queries) {
  const newest = tx
    .select({
      height: reconciliations.blockNumber,
      // Acknowledgements are compared now, so that an order acts before the next reconciliation.
      differences: sql<number>`(
        select count(*)::int from jsonb_array_elements(${reconciliations.report}->'differences') d
        where not exists (
          select 1 from ${acknowledgedDifferences} a
          where a.chain_id = reconciliations.chain_id and a.identity = d->>'identity')
      )`.as('differences'),
      age: sql<string>`extract(epoch from now() - ${reconciliations.doneAt})`.as('age'),
    })
    .from(reconciliations)
    .where(eq(reconciliations.chainId, chains.id))
    .orderBy(desc(reconciliations.id))
    .limit(1)
    .as('newest')
  const external = tx
    .select({ count: count() })
    .from(externalTransactions)
    .where(and(eq(externalTransactions.chainId, chains.id), isNull(externalTransactions.adoptedAt)))
  return tx
    .select({
      chainId: chains.id,
      pausedReason: chains.pausedReason,
      external: sql<number>`(${external})::int`,
      newest: { height: newest.height, differences: newest.differences, age: newest.age },
    })
    .from(chains)
    .leftJoinLateral(newest, sql`true`)
}
