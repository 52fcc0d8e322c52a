import { sql } from 'drizzle-orm'
import type { ExportedSweep } from '../../../domain/books/export-store.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { Queries } from '../queries.ts'
import { onPage, optionalBigint, type Page, rfc3339 } from './export-pages.ts'

interface Row extends Record<string, unknown> {
  readonly at: string
  readonly id: string
  readonly chain_id: number
  readonly asset: string
  readonly wallet: string
  readonly outcome: string | null
  readonly opened_at: string
  readonly closed_at: string
  readonly tx_hash: string | null
  readonly block_number: string | null
  readonly deposits: number
  readonly deposits_amount: string
  readonly left_amount: string | null
  readonly arrived_amount: string | null
  readonly gas_returned: string | null
  readonly gas: string
}

/**
 * Reads closed sweeps in the order of their close. Void sweeps, which signed nothing, and drains of
 * keepers are left out.
 */
export async function sweepsPage(db: Queries, page: Page) {
  const where = onPage(sql`s.closed_at`, sql`s.id`, sql`s.chain_id`, page)
  const rows = await db.execute<Row>(sql`
    select s.closed_at::text as at, s.id, s.chain_id, s.asset, s.wallet, s.outcome, s.tx_hash,
      s.block_number::text, s.left_amount::text, s.arrived_amount::text,
      s.gas_returned_wei::text as gas_returned,
      ${rfc3339(sql`s.opened_at`)} as opened_at, ${rfc3339(sql`s.closed_at`)} as closed_at,
      covered.deposits, covered.amount::text as deposits_amount,
      coalesce(s.gas_spent_wei, (
        select sum(t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0))
        from transactions t where t.sweep_id = s.id and t.mined_block is not null), 0)::text as gas
    from sweeps s cross join lateral (
      select count(*)::int as deposits, coalesce(sum(d.amount), 0) as amount
      from deposits d where d.sweep_id = s.id and d.covered
    ) covered
    where ${where} and s.outcome is distinct from 'void'
      and not exists (select 1 from keeper_drains k where k.sweep_id = s.id)
    order by s.closed_at, s.id limit ${page.limit}`)
  return rows.map((row) => ({ key: { at: row.at, id: row.id }, row: toExported(row) }))
}

function toExported(row: Row): ExportedSweep {
  return {
    id: row.id,
    chainId: row.chain_id,
    asset: row.asset as AssetId,
    wallet: row.wallet,
    outcome: row.outcome ?? '',
    openedAt: row.opened_at,
    closedAt: row.closed_at,
    txHash: row.tx_hash,
    blockNumber: optionalBigint(row.block_number),
    deposits: row.deposits,
    depositsAmount: BigInt(row.deposits_amount),
    left: optionalBigint(row.left_amount),
    arrived: optionalBigint(row.arrived_amount),
    gasReturnedWei: optionalBigint(row.gas_returned),
    gasWei: BigInt(row.gas),
  }
}
