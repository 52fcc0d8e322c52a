import { and, desc, eq, isNotNull, sql } from 'drizzle-orm'
import {
  averagedPayments,
  burnWindowSeconds,
  type KeeperFigures,
} from '../../../domain/keeper/keeper-figures.ts'
import { attempts, keeperWatches, transactions } from '../../../drizzle/schema.ts'
import { withDatabaseErrors } from '../errors.ts'
import { limited } from '../limited.ts'
import type { Queries } from '../queries.ts'

export function createKeeperFigures(db: Queries): KeeperFigures {
  return withDatabaseErrors<KeeperFigures>({
    facts: async () => {
      const rows = await limited(db, readFacts)
      return rows.flatMap(({ uncommittedWei, emptyBelowWei, age, spent, average, chainId }) =>
        uncommittedWei === null || emptyBelowWei === null
          ? []
          : {
              chainId,
              uncommittedWei,
              emptyBelowWei,
              watchedSecondsAgo: Math.max(0, Number(age)),
              spentWei: BigInt(spent ?? 0),
              averageCostWei: average === null ? undefined : Number(average),
            },
      )
    },
  })
}

/** A failed or cancelled payment costs its fee only. */
const costWei = sql`case when ${transactions.minedOk} then ${attempts.valueWei} else 0 end
  + coalesce(${transactions.gasUsed} * ${transactions.gasPriceWei}, 0)
  + coalesce(${transactions.minedL1FeeWei}, 0)`

/** Mined gas payments of the watch's chain, from any of its keepers. */
const payments = (tx: Queries) =>
  tx
    .select({ cost: sql<string>`${costWei}`.as('cost'), at: transactions.firstMinedAt })
    .from(transactions)
    .innerJoin(attempts, eq(attempts.hash, transactions.minedHash))
    .where(
      and(
        eq(transactions.chainId, keeperWatches.chainId),
        eq(transactions.step, 'gas'),
        isNotNull(transactions.firstMinedAt),
        isNotNull(transactions.minedBlock),
      ),
    )

function readFacts(tx: Queries) {
  const all = payments(tx).as('payments')
  const spent = tx
    .select({ wei: sql<string | null>`sum(${all.cost})::text`.as('spent') })
    .from(all)
    .where(sql`${all.at} > now() - ${burnWindowSeconds} * interval '1 second'`)
    .as('spent')
  const latest = payments(tx).orderBy(desc(transactions.firstMinedAt)).limit(averagedPayments)
  const newest = latest.as('newest')
  const average = tx
    .select({ wei: sql<string | null>`avg(${newest.cost})::text`.as('average') })
    .from(newest)
    .as('average')
  return tx
    .select({
      chainId: keeperWatches.chainId,
      uncommittedWei: keeperWatches.uncommittedWei,
      emptyBelowWei: keeperWatches.emptyBelowWei,
      age: sql<string>`extract(epoch from now() - ${keeperWatches.lookedAt})`,
      spent: spent.wei,
      average: average.wei,
    })
    .from(keeperWatches)
    .crossJoinLateral(spent)
    .crossJoinLateral(average)
}
