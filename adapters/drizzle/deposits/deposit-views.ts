import { desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import type { DepositView } from '../../../domain/deposits/deposit-view.ts'
import { type GasSharing, gasShareOf } from '../../../domain/sweeps/gas-share.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'
import { toDeposit } from './rows.ts'

const newestHash = (step: 'gas' | 'sweep') => sql<Hash | null>`(
  select coalesce(t.mined_hash, (
    select a.hash from attempts a where a.transaction_key = t.key order by a.number desc limit 1))
  from transactions t where t.sweep_id = ${deposits.sweepId} and t.step = ${step}
  order by t.round desc limit 1)`

const minedFees = sql`(
  select sum(t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0))
  from transactions t where t.sweep_id = ${deposits.sweepId} and t.mined_block is not null)`

/**
 * Reads the matching deposits with the progress of their sweeps. The deposit whose state changed
 * last comes first.
 */
export async function readDepositViews(
  db: Queries,
  where: SQL | undefined,
  limit: number,
): Promise<readonly DepositView[]> {
  const rows = await db
    .select({
      deposit: deposits,
      gasTx: newestHash('gas'),
      sweepTx: sql<Hash | null>`coalesce(${sweeps.txHash}, ${newestHash('sweep')})`,
      gasSpentWei: sql<string | null>`coalesce(${sweeps.gasSpentWei}, ${minedFees})::text`,
      late: sql<boolean | null>`${deposits.since} > ${sweeps.closedAt}`,
    })
    .from(deposits)
    .leftJoin(sweeps, eq(sweeps.id, deposits.sweepId))
    .where(where)
    .orderBy(desc(deposits.since), desc(deposits.id))
    .limit(limit)
  const sharings = await readGasSharings(
    db,
    rows.flatMap(({ deposit: { covered, sweepId } }) => (covered && sweepId ? [sweepId] : [])),
  )
  return rows.map(({ deposit, gasTx, sweepTx, gasSpentWei, late }) => {
    const { id, amount, covered, sweepId } = deposit
    const sharing = covered && sweepId ? sharings.get(sweepId) : undefined
    return {
      deposit: toDeposit(deposit),
      gasTx,
      sweepTx,
      gasSpentWei: gasSpentWei === null ? null : BigInt(gasSpentWei),
      gasShareWei: sharing ? gasShareOf(sharing, { id, amount, late: late === true }) : null,
    }
  })
}

/**
 * Reads how closed sweeps share their fees. The sharing deposits are those that the sweep's closing
 * commit covered. If that commit covered none, the first deposit that was covered later bears all.
 */
export async function readGasSharings(
  db: Queries,
  sweepIds: readonly string[],
): Promise<ReadonlyMap<string, GasSharing>> {
  const found = new Map<string, GasSharing>()
  for (const part of chunks([...new Set(sweepIds)])) {
    const rows = await db.execute<SharingRow>(sql`
      with covered as (
        select d.id, d.sweep_id, d.amount, d.since, ${sweeps.gasSpentWei} as gas,
          d.since <= ${sweeps.closedAt} as at_close,
          row_number() over (partition by d.sweep_id
            order by d.since, d.block_number, d.tx_index, d.log_order, d.id) as nth,
          row_number() over (partition by d.sweep_id, d.since <= ${sweeps.closedAt}
            order by d.block_number, d.tx_index, d.log_order, d.id) as place
        from deposits d join ${sweeps} on ${sweeps.id} = d.sweep_id
        where ${inArray(sweeps.id, [...part])} and d.covered
          and ${sweeps.closedAt} is not null and ${sweeps.gasSpentWei} is not null
      ), sharing as (
        select *, sum(amount) over (partition by sweep_id) as total
        from covered where at_close or nth = 1
      )
      select sweep_id as "sweepId", gas::text, total::text,
        (gas - sum(div(gas * amount, total)))::text as remainder,
        min(id) filter (where case when at_close then place = 1 else nth = 1 end) as "firstId"
      from sharing group by sweep_id, gas, total`)
    for (const { sweepId, gas, total, remainder, firstId } of rows)
      found.set(sweepId, {
        gasWei: BigInt(gas),
        total: BigInt(total),
        remainderWei: BigInt(remainder),
        firstId,
      })
  }
  return found
}

type SharingRow = Record<'sweepId' | 'gas' | 'total' | 'remainder' | 'firstId', string>
