import { type SQL, sql } from 'drizzle-orm'
import type { KeeperSpending } from '../../../domain/books/row-figures.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { BudgetHit } from '../../../domain/chains/budget.ts'
import type { LaneSpending, WalletSweeps } from '../../../domain/lanes/locked-lane.ts'
import type { Queries } from '../queries.ts'

/** The lane whose money is counted. */
interface Lane {
  readonly chainId: number
  readonly sender: string
  readonly role: string
}

/** Reads the spending of locked lanes (MONEY 29). */
export interface SpendingReader {
  spendingOf(tx: Queries, lane: Lane, sweepId: string): Promise<LaneSpending>
  budgetFreeAt(
    tx: Queries,
    lane: Lane,
    hit: Pick<BudgetHit, 'scope' | 'window'>,
    leaving: { readonly excessWei: bigint; readonly asset: AssetId },
  ): Promise<Date | undefined>
}

/** Fee of an ended transaction; 0 if no attempt of ours was mined. */
const fee = sql`coalesce(t.gas_used * t.gas_price_wei, 0) + coalesce(t.mined_l1_fee_wei, 0)`
/** The most that the dearest attempt of a live transaction may cost. */
const mostFee = sql`t.l1_fee_wei + coalesce((
  select max(coalesce(a.gas_limit, t.gas_limit) * a.max_fee_wei) from attempts a
  where a.transaction_key = t.key), 0)`

/**
 * Selects costs with the time at which they were spent: the end of the transaction, or now while it
 * is live. A gas payment costs its value until its sweep is closed. Then the sweep's own fee takes
 * the place of the value, because the rest of the gas money stays in the wallet. It pays for later
 * token sweeps, so the fee of each token sweep counts, with or without a gas payment of its own.
 * @param of condition for the chain, and for a wallet's lane also for the sender
 * @param ended condition for the end of a transaction that is not live
 */
const keeperCosts = (of: SQL, ended: SQL) => sql`
  select t.chain_id, coalesce(t.ended_at, now()) as at, s.asset,
    case when t.state = 'live' then t.value_wei + ${mostFee}
      when t.state = 'succeeded' and s.closed_at is null then t.value_wei + ${fee}
      else ${fee} end as wei
  from transactions t join sweeps s on s.id = t.sweep_id
  where ${of} and t.step = 'gas' and (t.state = 'live' or ${ended})
  union all
  select t.chain_id, t.ended_at, s.asset, ${fee}
  from transactions t join sweeps s on s.id = t.sweep_id
  where ${of} and t.step = 'sweep' and t.state <> 'live' and ${ended} and s.closed_at is not null
    and s.asset <> 'native'`
const walletCosts = (of: SQL, ended: SQL) => sql`
  select t.chain_id, coalesce(t.ended_at, now()) as at, s.asset,
    case when t.state = 'live' then ${mostFee} else ${fee} end as wei
  from transactions t join sweeps s on s.id = t.sweep_id
  where ${of} and t.step = 'sweep' and (t.state = 'live' or ${ended})`

const costsOf = ({ chainId, sender, role }: Lane, ended: SQL) =>
  role === 'keeper'
    ? keeperCosts(sql`t.chain_id = ${chainId}`, ended)
    : walletCosts(sql`t.chain_id = ${chainId} and t.sender = ${sender}`, ended)

const hour = sql`interval '1 hour'`
const day = sql`interval '24 hours'`

/**
 * Milliseconds for which the older part of a keeper's spending is kept in memory. The sum of a day
 * with 200,000 payments takes a third of a second, which every signature would wait for.
 */
const keptMs = 10_000
/**
 * Transactions that ended in this time are never taken from memory: their commit may have been open
 * when the sum was read.
 */
const openCommits = sql`interval '1 minute'`

interface Sums {
  readonly hourWei: bigint
  readonly dayWei: bigint
}

/** The older part of a keeper's spending, by asset. */
interface OlderPart {
  readonly readAt: number
  /** The database's time up to which ended transactions are in the sums. */
  readonly cut: string
  readonly sums: ReadonlyMap<string, Sums>
}

const sumOf = (since: SQL) => sql`coalesce(sum(wei) filter (where at > now() - ${since}), 0)::text`

/** Creates the reader. It keeps sums for some seconds, for one process. */
export function createSpendingReader(): SpendingReader {
  const older = new Map<number, OlderPart>()
  const free = new Map<string, FreeTime>()

  async function olderPart(tx: Queries, lane: Lane): Promise<OlderPart> {
    const known = older.get(lane.chainId)
    if (known && Date.now() - known.readAt < keptMs) return known
    const ended = sql`t.ended_at > now() - ${day} and t.ended_at <= now() - ${openCommits}`
    const rows = await tx.execute<SumRow & { cut: string }>(sql`
      select (now() - ${openCommits})::text as cut, spent.asset,
        ${sumOf(hour)} as hour, ${sumOf(day)} as day
      from (select 1) as one
        left join (select * from (${costsOf(lane, ended)}) as every where at < now()) as spent on true
      group by spent.asset`)
    const sums = new Map(rows.map((row) => [row.asset ?? '', sumsIn(row)]))
    const read = { readAt: Date.now(), cut: rows[0]?.cut ?? '', sums }
    older.set(lane.chainId, read)
    return read
  }

  return {
    async spendingOf(tx, lane, sweepId) {
      const before = lane.role === 'keeper' ? await olderPart(tx, lane) : undefined
      // A wallet has few transactions, so its whole day is read.
      const ended = before
        ? sql`t.ended_at > ${before.cut}::timestamptz`
        : sql`t.ended_at > now() - ${day}`
      const rows = await tx.execute<SumRow & { own: string; amount: string }>(sql`
        select o.asset as own, coalesce(o.planned_amount, 0)::text as amount, spent.asset, ${sumOf(hour)} as hour, ${sumOf(day)} as day
        from sweeps o left join (${costsOf(lane, ended)}) as spent on true
        where o.id = ${sweepId} group by o.id, spent.asset`)
      const own = rows[0]?.own
      if (own === undefined) throw new Error(`no sweep ${sweepId}: rows were changed by hand`)
      const parts = [
        ...rows.map((row) => ({ asset: row.asset, ...sumsIn(row) })),
        ...[...(before?.sums ?? [])].map(([asset, sums]) => ({ asset, ...sums })),
      ]
      return {
        asset: own as AssetId,
        amount: BigInt(rows[0]?.amount ?? 0),
        ofLane: added(parts),
        ofAsset: added(parts.filter(({ asset }) => asset === own)),
      }
    },
    async budgetFreeAt(tx, lane, { scope, window }, { excessWei, asset }) {
      const key = [lane.chainId, scope, window, asset, scope === 'wallet' ? lane.sender : ''].join()
      const known = free.get(key)
      const isAlike =
        known && excessWei <= known.excessWei * 2n && known.excessWei <= excessWei * 2n
      if (isAlike && Date.now() - known.readAt < freeKeptMs) return known.at
      const length = window === 'hour' ? hour : day
      const [row] = await tx.execute<{ free: Date | string | null }>(sql`
        select min(at) + ${length} as free from (
          select at, sum(wei) over (order by at) as gone
          from (${costsOf(lane, sql`t.ended_at > now() - ${length}`)}) as spent
          where ${scope === 'chain' ? sql`true` : sql`asset = ${asset}`}
        ) as leaving where gone >= ${String(excessWei)}::numeric`)
      const at = row?.free ? new Date(row.free) : undefined
      if (free.size > mostFreeTimes) free.clear()
      free.set(key, { readAt: Date.now(), excessWei, at })
      return at
    },
  }
}

/** The time of a budget is an estimate, and the query for it reads a whole window. */
const freeKeptMs = 60_000
const mostFreeTimes = 1_000
interface FreeTime {
  readonly readAt: number
  readonly excessWei: bigint
  readonly at: Date | undefined
}

interface SumRow extends Record<string, unknown> {
  readonly asset: string | null
  readonly hour: string
  readonly day: string
}

const sumsIn = (row: SumRow): Sums => ({ hourWei: BigInt(row.hour), dayWei: BigInt(row.day) })

function added(parts: readonly Sums[]): Sums {
  const sum = (which: keyof Sums) => parts.reduce((all, part) => all + part[which], 0n)
  return { hourWei: sum('hourWei'), dayWei: sum('dayWei') }
}

/** Returns what the keepers of each chain spent, by asset. */
export async function spendingOfKeepers(tx: Queries): Promise<readonly KeeperSpending[]> {
  const rows = await tx.execute<SumRow & { chain_id: number }>(sql`
    select chain_id, asset, ${sumOf(hour)} as hour, ${sumOf(day)} as day
    from (${keeperCosts(sql`true`, sql`t.ended_at > now() - ${day}`)}) as spent
    group by chain_id, asset`)
  return rows.map((row) => ({ chainId: row.chain_id, asset: row.asset ?? '', ...sumsIn(row) }))
}

/**
 * Returns how many sweeps of the wallet's asset were signed in the last 24 hours, and the time at
 * which the next one may be signed, if that is ahead: an hour after the newest.
 */
export async function sweepsOfDay(
  tx: Queries,
  chainId: number,
  wallet: string,
  sweepId: string,
): Promise<WalletSweeps> {
  const [row] = await tx.execute<{ count: number; free: Date | string | null }>(sql`
    select count(distinct t.sweep_id)::int as count,
      case when max(t.created_at) > now() - ${hour} then max(t.created_at) + ${hour} end as free
    from transactions t join sweeps s on s.id = t.sweep_id
    where t.chain_id = ${chainId} and t.sender = ${wallet} and t.step = 'sweep'
      and t.created_at > now() - ${day}
      and s.asset = (select asset from sweeps where id = ${sweepId})`)
  return { count: row?.count ?? 0, freeAt: row?.free ? new Date(row.free) : null }
}
