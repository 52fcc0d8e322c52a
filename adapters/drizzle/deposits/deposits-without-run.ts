import { sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import type { DepositsWithoutRun, DepositWithoutRun } from '../../../domain/deposits/sweep-runs.ts'
import type { WorkMessage } from '../../../domain/outbox/event.ts'
import type { Queries } from '../queries.ts'

type Row = {
  id: string
  chain_id: number
  asset: string
  wallet: string
  amount: string
  state: string
}

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
        update deposits set last_run_at = now()
        where id in (
          select id from deposits
          where state not in ('done', 'ignored', 'orphaned') and confirmed_at is not null
            and chain_id in ${[...chains.keys()]}
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
