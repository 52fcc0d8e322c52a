import { sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import type { DepositsWithoutRun, DepositWithoutRun } from '../../../domain/deposits/sweep-runs.ts'
import type { WorkMessage } from '../../../domain/outbox/event.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

type Row = {
  id: string
  chain_id: number
  asset: string
  wallet: string
  amount: string
  state: string
}

/** Condition for deposits whose run has reported, and works or waits for a sweep. */
export const hasRun = sql`(${deposits.covered} = false and ${deposits.lastRunAt} is not null
  and ${deposits.reason} <> 'joint-sweep'
  and ${deposits.state} in ('waiting', 'funding', 'sweeping', 'confirming-sweep'))`

/**
 * Creates the reader of unfinished deposits whose run has been silent for long; `adopt` starts a
 * run for them. It takes only deposits of chains that this process serves. Other processes adopt
 * the other deposits.
 */
export function createDepositsWithoutRun(
  db: Queries,
  chains: ReadonlyMap<number, Chain>,
): DepositsWithoutRun {
  return {
    async take(ageMs, limit) {
      if (chains.size === 0) return []
      const rows = await db.execute<Row>(sql`
        with driven as materialized (
          select distinct chain_id, wallet, asset from deposits where ${hasRun}
        ),
        -- One run drives the asset, and the others follow it.
        first_joint as materialized (
          select distinct on (chain_id, wallet, asset) id from deposits
          where state = 'waiting' and reason = 'joint-sweep' and not covered
            and (chain_id, wallet, asset) not in (select * from driven)
          order by chain_id, wallet, asset, block_number, tx_index, log_order, id
        )
        -- Until its run reports, a deposit that followed others is returned again.
        update deposits set reason = case reason when 'joint-sweep' then 'queued' else reason end,
          last_run_at = case reason when 'joint-sweep' then null else now() end
        where id in (
          select id from deposits
          where state not in ('done', 'ignored', 'orphaned') and confirmed_at is not null
            and chain_id in ${[...chains.keys()]}
            and (reason <> 'joint-sweep' or id in (select id from first_joint))
            and coalesce(last_run_at, confirmed_at) < now() - ${ageMs} * interval '1 millisecond'
          order by confirmed_at limit ${limit} for update skip locked
        )
        returning id, chain_id, asset, wallet, amount::text, state`)
      return rows.flatMap((row) => toDepositWithoutRun(row, chains.get(row.chain_id)))
    },
  }
}

/** A deposit whose asset is no longer listed is included. Its run sets `needs-attention`. */
function toDepositWithoutRun(row: Row, chain: Chain | undefined): DepositWithoutRun[] {
  if (!chain) return []
  const asset = findAsset(chain, row.asset)
  const message: WorkMessage = {
    v: 1,
    depositId: row.id,
    chainId: row.chain_id,
    asset: asset?.symbol ?? row.asset,
    kind: row.asset === 'native' ? 'native' : 'token',
    wallet: getAddress(row.wallet),
    amount: row.amount,
    decimals: asset?.decimals ?? 0,
  }
  return [{ message, needsAttention: row.state === 'needs-attention' }]
}
