import { sql } from 'drizzle-orm'
import type { ExportedDeposit } from '../../../domain/books/export-store.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import { type GasSharing, gasShareOf } from '../../../domain/sweeps/gas-share.ts'
import { readGasSharings } from '../deposits/deposit-views.ts'
import type { Queries } from '../queries.ts'
import { onPage, type PageReader, rfc3339 } from './export-pages.ts'

interface Row extends Record<string, unknown> {
  readonly at: string
  readonly id: string
  readonly chain_id: number
  readonly asset: string
  readonly wallet: string
  readonly sender: string
  readonly tx_hash: string
  readonly block_number: string
  readonly detected_at: string
  readonly credited_at: string
  readonly state: string
  readonly reason: string
  readonly amount: string
  readonly sweep_id: string | null
  readonly sweep_tx: string | null
  readonly done_at: string
  readonly late: boolean | null
}

/**
 * Reads credited deposits in the order of their credit. Returns one reader for each export, because
 * it remembers how recent sweeps share their gas: one sweep can cover the deposits of many pages.
 */
export function depositsPage(db: Queries): PageReader<ExportedDeposit> {
  const recent = new RecentSharings(db)
  return async (page) => {
    const where = onPage(sql`d.confirmed_at`, sql`d.id`, sql`d.chain_id`, page)
    const rows = await db.execute<Row>(sql`
      select d.confirmed_at::text as at, d.id, d.chain_id, d.asset, d.wallet, d.sender, d.tx_hash,
        d.block_number::text, d.state, d.reason, d.amount::text,
        ${rfc3339(sql`d.detected_at`)} as detected_at, ${rfc3339(sql`d.confirmed_at`)} as credited_at,
        s.id as sweep_id, s.tx_hash as sweep_tx, ${rfc3339(sql`d.since`)} as done_at,
        d.since > s.closed_at as late
      from deposits d
      left join sweeps s on s.id = d.sweep_id and d.covered and d.since < ${page.range.to}::timestamptz
      where ${where} order by d.confirmed_at, d.id limit ${page.limit}`)
    const sharings = await recent.read(rows.flatMap(({ sweep_id: id }) => (id ? [id] : [])))
    return rows.map((row) => ({
      key: { at: row.at, id: row.id },
      row: toExported(row, row.sweep_id === null ? undefined : sharings.get(row.sweep_id)),
    }))
  }
}

function toExported(row: Row, sharing: GasSharing | undefined): ExportedDeposit {
  const amount = BigInt(row.amount)
  const share = { id: row.id, amount, late: row.late === true }
  return {
    id: row.id,
    chainId: row.chain_id,
    asset: row.asset as AssetId,
    wallet: row.wallet,
    sender: row.sender,
    txHash: row.tx_hash,
    blockNumber: BigInt(row.block_number),
    detectedAt: row.detected_at,
    creditedAt: row.credited_at,
    state: row.state,
    reason: row.reason,
    amount,
    sweep:
      row.sweep_id === null
        ? null
        : {
            id: row.sweep_id,
            txHash: row.sweep_tx,
            doneAt: row.done_at,
            gasShareWei: sharing ? gasShareOf(sharing, share) : null,
          },
  }
}

const mostRemembered = 5_000

class RecentSharings {
  readonly #db: Queries
  readonly #known = new Map<string, GasSharing>()

  constructor(db: Queries) {
    this.#db = db
  }

  async read(sweepIds: readonly string[]): Promise<ReadonlyMap<string, GasSharing>> {
    const wanted = new Set(sweepIds)
    if (this.#known.size > mostRemembered)
      for (const id of this.#known.keys()) if (!wanted.has(id)) this.#known.delete(id)
    const fresh = await readGasSharings(
      this.#db,
      [...wanted].filter((id) => !this.#known.has(id)),
    )
    for (const [id, sharing] of fresh) this.#known.set(id, sharing)
    return this.#known
  }
}
