import { sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import type { SeenDeposit } from '../../../domain/deposits/deposit.ts'
import type { Position } from '../../../domain/deposits/deposit-id.ts'
import { isRejected, openDoubt, rejectedReason } from '../../../domain/deposits/doubt.ts'
import {
  type KnownTransfer,
  type ListedTransfer,
  type Matching,
  matchTransfers,
  transferContent,
} from '../../../domain/deposits/match-transfers.ts'
import type { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { unconfirmed } from './doubts.ts'

export type DepositRow = typeof deposits.$inferSelect

export interface ListedDeposit extends ListedTransfer {
  readonly deposit: SeenDeposit
}

export interface KnownDeposit extends KnownTransfer {
  readonly row: DepositRow
}

/**
 * Matches the transfers that a read lists for one transaction with the stored deposits of that
 * transaction. The caller has locked these rows.
 */
export function matchRows(
  seen: readonly SeenDeposit[],
  rows: readonly DepositRow[],
  blockHash: Hash | undefined,
): Matching<ListedDeposit, KnownDeposit> {
  return matchTransfers(
    seen.map((deposit) => ({
      deposit,
      position: deposit.position,
      order: deposit.logOrder,
      content: transferContent(deposit),
    })),
    rows.map((row) => ({
      row,
      position: row.position as Position,
      order: row.logOrder,
      content: transferContent(row),
      standing: standingOf(row),
      here: row.blockHash === blockHash,
      pending: unconfirmed.includes(row.state) && openDoubt(row) === undefined,
    })),
  )
}

function standingOf(row: DepositRow): KnownTransfer['standing'] {
  if (row.state === 'orphaned') return 'gone'
  return isRejected(row) || openDoubt(row) !== undefined ? 'doubted' : 'counted'
}

/**
 * Counts, for each of the deposits, the deposits of its transaction with equal content
 * (`DueDeposit.alike`). The position distinguishes a transaction's value (`native`) from its
 * internal transfers, as in `transferContent`. A single grouped statement counts all deposits,
 * because a hostile token may log 15,000 equal transfers in one transaction.
 */
export async function countAlike(
  db: Queries,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db.execute<{ id: string; alike: number }>(sql`
    with wanted as materialized (
      select * from deposits
      where id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))
    ), counts as (
      select o.chain_id, o.tx_hash, o.block_hash, o.asset, o.wallet, o.sender, o.amount,
        o.position = 'native' as is_plain, count(*)::int as alike
      from deposits o
      where o.tx_hash in (select tx_hash from wanted) and o.state <> 'orphaned'
        and not (o.state = 'ignored' and starts_with(o.reason, ${rejectedReason('')}))
        and o.doubt is distinct from 'content-differs'
      group by 1, 2, 3, 4, 5, 6, 7, 8
    )
    select d.id, case when d.doubt_cleared = 'content-differs' then 1 else c.alike end as alike
    from wanted d join counts c on c.chain_id = d.chain_id and c.tx_hash = d.tx_hash
      and c.block_hash = d.block_hash and c.asset = d.asset and c.wallet = d.wallet
      and c.sender = d.sender and c.amount = d.amount and c.is_plain = (d.position = 'native')`)
  return new Map(rows.map((row) => [row.id, row.alike]))
}
