import { sql } from 'drizzle-orm'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import type { Queries } from '../queries.ts'
import type { WalletAsset } from '../wallet-asset.ts'

const fee = sql`t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0)`

/**
 * Returns the fees, in wei, that the wallet paid for its other transactions between its last native
 * sweep and a place, minus the gas money of the keeper. These fees came from the wallet's
 * deposits (MONEY 6). A native sweep at this place therefore moved less native coin than the
 * deposits brought, and still covers them. Returns 0 for a token, because tokens pay no fees.
 * @param sweep the sweep at the place; its id is null if no sweep is meant
 */
export async function gasFromDeposits(
  tx: Queries,
  sweep: WalletAsset & { readonly id: string | null },
  { blockNumber, txIndex }: Pick<SweepOutcome, 'blockNumber' | 'txIndex'>,
): Promise<bigint> {
  if (sweep.asset !== 'native') return 0n
  const [row] = await tx.execute<{ wei: string }>(sql`
    with last as (
      select s.block_number, s.tx_index from sweeps s
      where s.chain_id = ${sweep.chainId} and s.wallet = ${sweep.wallet} and s.asset = 'native'
        and s.outcome = 'swept' and s.id is distinct from ${sweep.id}::uuid
        and (s.block_number, s.tx_index) < (${blockNumber}, ${txIndex})
      order by s.block_number desc, s.tx_index desc limit 1
    ), mined as (
      select t.step, t.mined_ok, coalesce(a.value_wei, t.value_wei) as moved, ${fee} as fee
      from sweeps s join transactions t on t.sweep_id = s.id left join attempts a on a.hash = t.mined_hash
      where s.chain_id = ${sweep.chainId} and s.wallet = ${sweep.wallet}
        and (t.mined_block, t.mined_tx_index) < (${blockNumber}, ${txIndex})
        and not exists (
          select 1 from last where (t.mined_block, t.mined_tx_index) <= (last.block_number, last.tx_index))
    )
    select greatest(0,
      coalesce((select sum(fee) from mined where step = 'sweep'), 0)
      - coalesce((select sum(moved) from mined where step = 'gas' and mined_ok), 0))::text as wei`)
  return BigInt(row?.wei ?? 0)
}

/**
 * Whether more of a deposit is missing than the wallet's own transactions can have cost. In this
 * case an external transaction moved the money, and the rest is not dust (MONEY 12, 15).
 */
export async function isGone(tx: Queries, depositId: string, held: bigint): Promise<boolean> {
  const [row] = await tx.execute<{ gone: boolean }>(sql`
    select d.amount > ${held}::numeric + case when d.asset <> 'native' then 0 else coalesce((
      select sum(${fee}) from transactions t
      where t.chain_id = d.chain_id and t.sender = d.wallet and t.mined_block is not null), 0) end as gone
    from deposits d where d.id = ${depositId}`)
  return row?.gone ?? false
}
