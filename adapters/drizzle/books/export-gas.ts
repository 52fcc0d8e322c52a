import { sql } from 'drizzle-orm'
import type { ExportedGas } from '../../../domain/books/export-store.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { Queries } from '../queries.ts'
import { onPage, optionalBigint, type Page, rfc3339 } from './export-pages.ts'

interface Row extends Record<string, unknown> {
  readonly at: string
  readonly id: string
  readonly chain_id: number
  readonly kind: string
  readonly by_keeper: boolean
  readonly sender: string
  readonly to: string | null
  readonly sweep_id: string | null
  readonly asset: string | null
  readonly tx_hash: string
  readonly block_number: string | null
  readonly ended_at: string
  readonly ok: boolean | null
  readonly value: string
  readonly gas_used: string | null
  readonly gas_price: string | null
  readonly l1_fee: string | null
  readonly fee: string
}

/**
 * Reads mined transactions in the order in which coldsweep recorded their end. Transactions that
 * coldsweep did not sign are included, because a keeper or a wallet paid for them too.
 */
export async function gasPage(db: Queries, page: Page) {
  const ofOurs = onPage(sql`t.ended_at`, sql`t.key`, sql`t.chain_id`, page)
  const externalId = sql`('external:' || f.sender || ':' || f.nonce)`
  const ofExternal = onPage(sql`f.noticed_at`, externalId, sql`f.chain_id`, page)
  const rows = await db.execute<Row>(sql`
    with ours as (
      select t.ended_at as moment, t.key as id, t.chain_id,
        case when a.kind = 'cancel' then 'cancel' else t.step end as kind,
        t.sender, case when a.kind = 'cancel' then t.sender else t.to end as to, t.sweep_id, s.asset,
        t.mined_hash as tx_hash, t.mined_block as block_number, t.mined_ok as ok,
        coalesce(a.value_wei, t.value_wei) as value, t.gas_used, t.gas_price_wei as gas_price,
        coalesce(t.mined_l1_fee_wei, 0) as l1_fee,
        t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0) as fee
      from transactions t join sweeps s on s.id = t.sweep_id
        left join attempts a on a.hash = t.mined_hash
      where ${ofOurs} and t.mined_block is not null
      order by t.ended_at, t.key limit ${page.limit}
    ), others as (
      select f.noticed_at, ${externalId}, f.chain_id,
        case when f.adopted_at is not null and split_part(f.explanation, ' ', 1) in ('sweep', 'gas', 'drain', 'nothing')
          then split_part(f.explanation, ' ', 1) else 'external' end,
        f.sender, f.to, s.id, s.asset, f.hash, f.block_number, f.ok,
        coalesce(f.value_wei, 0), null::numeric, null::numeric, null::numeric, coalesce(f.fee_wei, 0)
      from foreign_transactions f
        left join sweeps s on s.chain_id = f.chain_id and s.wallet = f.sender and s.tx_hash = f.hash
      where ${ofExternal} and f.hash is not null
      order by f.noticed_at, ${externalId} limit ${page.limit}
    ), mined as (select * from ours union all select * from others)
    select b.moment::text as at, b.id, b.chain_id, b.kind, b.sender, b.to, b.sweep_id, b.asset, b.tx_hash,
      b.block_number::text, ${rfc3339(sql`b.moment`)} as ended_at, b.ok, b.value::text,
      b.gas_used::text, b.gas_price::text, b.l1_fee::text, b.fee::text,
      exists (select 1 from keepers k where k.chain_id = b.chain_id and k.address = b.sender) as by_keeper
    from mined b order by b.moment, b.id limit ${page.limit}`)
  return rows.map((row) => ({ key: { at: row.at, id: row.id }, row: toExported(row) }))
}

function toExported(row: Row): ExportedGas {
  return {
    id: row.id,
    chainId: row.chain_id,
    kind: row.kind,
    paidBy: row.by_keeper ? 'keeper' : 'wallet',
    sender: row.sender,
    to: row.to,
    sweepId: row.sweep_id,
    asset: row.asset as AssetId | null,
    txHash: row.tx_hash,
    blockNumber: optionalBigint(row.block_number),
    endedAt: row.ended_at,
    succeeded: row.ok,
    valueWei: BigInt(row.value),
    gasUsed: optionalBigint(row.gas_used),
    gasPriceWei: optionalBigint(row.gas_price),
    l1FeeWei: optionalBigint(row.l1_fee),
    feeWei: BigInt(row.fee),
  }
}
