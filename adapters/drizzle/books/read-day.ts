import { eq, sql } from 'drizzle-orm'
import { type DayTerms, splitCoverage } from '../../../domain/books/daily-report.ts'
import type { ExportRange } from '../../../domain/books/export-store.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import { sweeps } from '../../../drizzle/schema.ts'
import { type SweepRow, toSweep } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { gasFromDeposits } from '../sweeps/own-gas.ts'

interface Position extends Record<string, unknown> {
  readonly chain_id: number
  readonly asset: AssetId
  readonly opening: string
  readonly credited: string
  readonly dust: string
  readonly closing: string
}

interface Coverage extends Record<string, unknown> {
  readonly chain_id: number
  readonly asset: AssetId
  readonly sweep_id: string | null
  readonly before: string
  readonly after: string
  readonly arrived: string
  readonly left: string
}

/**
 * Reads the terms of each asset in an interval, from one snapshot. A deposit leaves the open amount
 * when a sweep covers it, or when it is set aside.
 */
export async function readDay(db: Queries, range: ExportRange): Promise<readonly DayTerms[]> {
  return await db.transaction(
    async (tx) => {
      const positions = await tx.execute<Position>(sql`
        with d as (${creditedBefore(range)})
        select chain_id, asset,
          ${sumOf(sql`confirmed_at < ${range.from}::timestamptz and not (is_gone and gone_at < ${range.from}::timestamptz)`)} as opening,
          ${sumOf(sql`confirmed_at >= ${range.from}::timestamptz`)} as credited,
          ${sumOf(sql`is_gone and not covered and gone_at >= ${range.from}::timestamptz and gone_at < ${range.to}::timestamptz`)} as dust,
          ${sumOf(sql`not (is_gone and gone_at < ${range.to}::timestamptz)`)} as closing
        from d group by chain_id, asset order by chain_id, asset`)
      const coverage = await sumCoverage(tx, range)
      return positions.map(
        (row): DayTerms => ({
          chainId: row.chain_id,
          asset: row.asset,
          opening: BigInt(row.opening),
          credited: BigInt(row.credited),
          dust: BigInt(row.dust),
          closing: BigInt(row.closing),
          ...(coverage.get(assetKey(row)) ?? noCoverage()),
        }),
      )
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

const sumOf = (when: ReturnType<typeof sql>) =>
  sql`coalesce(sum(amount) filter (where ${when}), 0)::text`

const creditedBefore = ({ to, chainId }: ExportRange) => sql`
  select chain_id, asset, wallet, amount, sweep_id, covered, confirmed_at,
    covered or state = 'ignored' as is_gone, greatest(since, confirmed_at) as gone_at
  from deposits where confirmed_at < ${to}::timestamptz
    and ${chainId === undefined ? sql`true` : sql`chain_id = ${chainId}`}`

interface CoverageSums {
  swept: bigint
  fees: bigint
  readonly unexplained: string[]
}

const noCoverage = (): CoverageSums => ({ swept: 0n, fees: 0n, unexplained: [] })

const assetKey = (row: Pick<Coverage, 'chain_id' | 'asset'>) => `${row.chain_id} ${row.asset}`

/** Number of sweeps that are in memory at once. */
const pageSize = 2_000

/**
 * Adds up, by asset, the sweeps whose coverage grew in the interval. A cursor reads them page by
 * page, so that memory does not grow with their number.
 */
async function sumCoverage(
  tx: Queries,
  range: ExportRange,
): Promise<ReadonlyMap<string, CoverageSums>> {
  await tx.execute(sql`
    declare day_coverage no scroll cursor for
    with d as (${creditedBefore(range)}), touched as (
      select d.chain_id, d.asset, d.sweep_id,
        ${sumOf(sql`gone_at < ${range.from}::timestamptz`)} as before,
        ${sumOf(sql`gone_at < ${range.to}::timestamptz`)} as after
      from d where covered group by d.chain_id, d.asset, d.sweep_id
    )
    select t.*, coalesce(s.arrived_amount, 0)::text as arrived, coalesce(s.left_amount, 0)::text as left
    from touched t left join sweeps s on s.id = t.sweep_id where t.before <> t.after
    order by t.sweep_id`)
  const sums = new Map<string, CoverageSums>()
  for (;;) {
    const rows = await tx.execute<Coverage>(
      sql`fetch ${sql.raw(String(pageSize))} from day_coverage`,
    )
    for (const row of rows) {
      const own = sums.get(assetKey(row)) ?? noCoverage()
      sums.set(assetKey(row), own)
      await addSweep(tx, own, row)
    }
    if (rows.length < pageSize) break
  }
  await tx.execute(sql`close day_coverage`)
  return sums
}

async function addSweep(tx: Queries, sums: CoverageSums, row: Coverage): Promise<void> {
  const amounts = {
    before: BigInt(row.before),
    after: BigInt(row.after),
    arrived: BigInt(row.arrived),
    left: BigInt(row.left),
  }
  const moved = amounts.left > amounts.arrived ? amounts.left : amounts.arrived
  const besides = amounts.after > moved && row.sweep_id ? await besidesOf(tx, row.sweep_id) : 0n
  const { swept, fees } = splitCoverage({ ...amounts, besides })
  sums.swept += swept
  sums.fees += fees
  if (amounts.after > moved + besides) {
    sums.unexplained.push(row.sweep_id ?? 'a deposit that names no sweep')
  }
}

/**
 * Returns the money of a short sweep's deposits that left the wallet by other ways: fees of its
 * other transactions, or for a token the parts that earlier sweeps moved beyond their deposits.
 */
async function besidesOf(tx: Queries, sweepId: string): Promise<bigint> {
  const [row] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId))
  const { outcome } = row ? toSweep(row) : { outcome: null }
  if (!row || !outcome) return 0n
  return row.asset === 'native'
    ? await gasFromDeposits(tx, row, outcome)
    : await earlierSurplus(tx, row)
}

async function earlierSurplus(tx: Queries, sweep: SweepRow): Promise<bigint> {
  const [row] = await tx.execute<{ surplus: string }>(sql`
    select coalesce(sum(greatest(0, s.left_amount - coalesce(
      (select sum(d.amount) from deposits d where d.sweep_id = s.id and d.covered), 0))), 0)::text as surplus
    from sweeps s where s.chain_id = ${sweep.chainId} and s.wallet = ${sweep.wallet}
      and s.asset = ${sweep.asset} and s.outcome = 'swept' and s.id <> ${sweep.id}
      and s.block_number <= ${sweep.blockNumber}`)
  return BigInt(row?.surplus ?? 0)
}
