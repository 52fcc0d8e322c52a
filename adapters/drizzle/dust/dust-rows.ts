import { type SQL, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { DustFilter, DustRows } from '../../../domain/sweeps/dust-rows.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

interface Row extends Record<string, unknown> {
  readonly chain_id: number
  readonly wallet: string
  readonly asset: string
  readonly deposits: number
  readonly amount: string
  readonly since: string
  readonly first_id: string
  readonly under_way: number
  readonly aside: string
}

const isDust = sql`state = 'ignored' and reason = 'dust'`

/** Creates the reader of dust, one row for each wallet and asset. */
export function createDustRows(db: Queries): DustRows {
  return withDatabaseErrors<DustRows>({
    async wallets(filter) {
      const rows = await db.execute<Row>(sql`
        select * from (
          select chain_id, wallet, asset,
            (count(*) filter (where ${isDust}))::int as deposits,
            (sum(amount) filter (where ${isDust}))::text as amount,
            (min(since) filter (where ${isDust}))::text as since,
            (array_agg(id order by block_number, tx_index, log_order) filter (where ${isDust}))[1]
              as first_id,
            (count(*) filter (where state not in ('done', 'ignored')))::int as under_way,
            coalesce(sum(amount) filter (where state = 'ignored'
              and (starts_with(reason, 'skipped ') or starts_with(reason, 'dropped '))), 0)::text as aside
          from deposits
          where not covered and state <> 'orphaned' and ${matches(filter)}
          group by chain_id, wallet, asset
        ) per_wallet
        where deposits > 0
        order by chain_id, asset, amount::numeric desc, wallet`)
      return rows.map((row) => ({
        chainId: row.chain_id,
        wallet: row.wallet as Address,
        asset: row.asset as AssetId,
        deposits: row.deposits,
        amount: BigInt(row.amount),
        since: new Date(row.since),
        depositId: row.first_id,
        underWay: row.under_way,
        leftByOperators: BigInt(row.aside),
      }))
    },
  })
}

function matches({ chainId, asset, wallet }: DustFilter): SQL {
  return sql.join(
    [
      chainId === undefined ? sql`true` : sql`chain_id = ${chainId}`,
      asset === undefined ? sql`true` : sql`asset = ${asset}`,
      wallet === undefined ? sql`true` : sql`wallet = ${wallet}`,
    ],
    sql` and `,
  )
}
