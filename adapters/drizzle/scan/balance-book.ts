import { and, asc, gt, lte, sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import type { Address } from '../../../domain/address.ts'
import { rejectedReason } from '../../../domain/deposits/doubt.ts'
import type { EventBody } from '../../../domain/outbox/event.ts'
import type { BalanceBook, UnexplainedBalance } from '../../../domain/scan/balance-book.ts'
import { wallets } from '../../../drizzle/schema.ts'
import { owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

/**
 * Creates the reader of the native balances that user wallets should have according to the rows.
 */
export function createBalanceBook(db: Queries): BalanceBook {
  return {
    async recent(chainId, upToSeq, limit) {
      const rows = await db.execute<{ wallet: Address }>(sql`
        select wallet from (
          select distinct d.wallet from deposits d join wallets w on w.address = d.wallet
          where d.chain_id = ${chainId} and d.since > now() - interval '1 hour' and w.seq <= ${upToSeq}
        ) changed order by random() limit ${limit}`)
      return rows.map(({ wallet }) => wallet)
    },
    async after(seq, upToSeq, limit) {
      const rows = await db
        .select({ address: wallets.address, seq: wallets.seq })
        .from(wallets)
        .where(and(gt(wallets.seq, seq), lte(wallets.seq, upToSeq)))
        .orderBy(asc(wallets.seq))
        .limit(limit)
      return rows.map((row) => ({ ...row, address: row.address as Address }))
    },
    explained: (chainId, addresses, height) => explained(db, chainId, addresses, height),
    oweAlarm: (chainId, coin) =>
      owe(db, [{ kind: 'event', route: type, body: toBody(chainId, coin) }]),
  }
}

/**
 * Returns the native balance that the rows explain, for each wallet without an unmined transaction.
 * The value of the mined attempt counts, because a bump may have moved less than the first attempt,
 * and a cancel moved nothing. A transaction without an attempt counts through its row in
 * `foreign_transactions`. This row still counts after `recover` has adopted the transaction,
 * because the adoption inserts no row into `transactions` (MONEY 22). Until a deposit is confirmed,
 * its part that an opening balance contains counts once, in the opening balance (MONEY 25).
 */
async function explained(
  db: Queries,
  chainId: number,
  addresses: readonly Address[],
  height: bigint,
): Promise<ReadonlyMap<Address, bigint>> {
  if (addresses.length === 0) return new Map()
  const asked = sql.join(
    addresses.map((address) => sql`(${address}::text)`),
    sql`, `,
  )
  const rows = await db.execute<{ wallet: Address; wei: string }>(sql`
    with asked(wallet) as (values ${asked}),
    mined as (
      select t.*, coalesce(a.value_wei, t.value_wei) as moved,
        t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0) as fee
      from transactions t left join attempts a on a.hash = t.mined_hash
      where t.chain_id = ${chainId} and t.mined_block <= ${height}
    )
    select w.wallet, (
      coalesce((select sum(d.amount
          - case when d.confirmed_at is null then coalesce(d.opening_part, 0) else 0 end) from deposits d
        where d.chain_id = ${chainId} and d.wallet = w.wallet and d.asset = 'native'
          and d.state <> 'orphaned' and d.block_number <= ${height}
          and not (d.state = 'ignored' and starts_with(d.reason, ${rejectedReason('')}))), 0)
      + coalesce((select sum(m.moved) from mined m
        where m."to" = w.wallet and m.step = 'gas' and m.mined_ok), 0)
      - coalesce((select sum(m.fee + case when m.mined_ok then m.moved else 0 end) from mined m
        where m.sender = w.wallet), 0)
      - coalesce((select sum(f.fee_wei + case when f.ok then f.value_wei else 0 end)
        from foreign_transactions f
        where f.chain_id = ${chainId} and f.sender = w.wallet and f.block_number <= ${height}), 0)
      + coalesce((select sum(f.value_wei) from foreign_transactions f
        join keepers k on k.chain_id = f.chain_id and k.address = f.sender
        where f.chain_id = ${chainId} and f."to" = w.wallet and f.ok and f.block_number <= ${height}), 0)
    )::text as wei
    from asked w
    where not exists (
      select 1 from transactions t
      where t.chain_id = ${chainId} and (t.sender = w.wallet or t."to" = w.wallet)
        and t.state = 'live' and t.mined_block is null)`)
  return new Map(rows.map(({ wallet, wei }) => [wallet, BigInt(wei)]))
}

const type = 'wallet.unexplained'

function toBody(
  chainId: number,
  { wallet, amountWei, afterBlock, block, origin }: UnexplainedBalance,
): EventBody {
  return {
    v: 1,
    type,
    seq: Number(block.number),
    at: new Date().toISOString(),
    chainId,
    data: {
      wallet: getAddress(wallet),
      amountWei: amountWei.toString(),
      afterBlock: Number(afterBlock),
      blockNumber: Number(block.number),
      blockHash: block.hash,
      origin,
    },
  }
}
