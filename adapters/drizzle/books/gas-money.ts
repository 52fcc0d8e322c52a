import { sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { GasMoney } from '../../../domain/books/leftovers.ts'
import { rejectedReason } from '../../../domain/deposits/doubt.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

interface Row extends Record<string, unknown> {
  readonly chain_id: number
  readonly wallet: string
  readonly sent: string
  readonly spent: string
  readonly returned: string
  readonly left: string
  readonly in_use: boolean
}

/**
 * Creates the reader of gas money in wallets. The terms are those of reconciliation and of the
 * export `gas`: mined attempts count, and adopted transactions of keepers and wallets count too.
 */
export function createGasMoney(db: Queries): GasMoney {
  return withDatabaseErrors<GasMoney>({
    async wallets(chainId) {
      const onChain = (column: string) =>
        chainId === undefined ? sql`true` : sql`${sql.raw(column)} = ${chainId}`
      const rows = await db.execute<Row>(sql`
        with mined as (
          select t.chain_id, t.sender, t."to", t.step, t.mined_ok as ok, t.mined_hash as hash,
            coalesce(a.value_wei, t.value_wei) as moved,
            t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0) as fee
          from transactions t left join attempts a on a.hash = t.mined_hash
          where t.mined_block is not null and ${onChain('t.chain_id')}
          union all
          select f.chain_id, f.sender, f."to",
            case when k.address is null then 'sweep' else 'gas' end, f.ok, f.hash,
            coalesce(f.value_wei, 0), coalesce(f.fee_wei, 0)
          from foreign_transactions f
            left join keepers k on k.chain_id = f.chain_id and k.address = f.sender
          where f.hash is not null and ${onChain('f.chain_id')}
        ),
        -- Native sweeps that are booked: their fee is a part of what they moved.
        booked as (
          select s.chain_id, s.wallet, s.tx_hash, s.gas_returned_wei from sweeps s
          where s.asset = 'native' and s.outcome = 'swept' and ${onChain('s.chain_id')}
            and not exists (
              select 1 from keepers k where k.chain_id = s.chain_id and k.address = s.wallet)
        ),
        flows as (
          select chain_id, "to" as wallet, moved as sent, 0::numeric as spent, 0::numeric as returned,
            moved as held
          from mined m where step = 'gas' and ok and not exists (
            select 1 from keepers k where k.chain_id = m.chain_id and k.address = m."to")
          union all
          select m.chain_id, m.sender, 0, case when b.tx_hash is null then m.fee else 0 end, 0,
            -(m.fee + case when m.ok then m.moved else 0 end)
          from mined m left join booked b
            on b.chain_id = m.chain_id and b.wallet = m.sender and b.tx_hash = m.hash
          where not exists (
            select 1 from keepers k where k.chain_id = m.chain_id and k.address = m.sender)
          union all
          select chain_id, wallet, 0, 0, coalesce(gas_returned_wei, 0), 0 from booked
        ),
        per_wallet as (
          select chain_id, wallet, sum(sent) as sent, sum(spent) as spent, sum(returned) as returned,
            sum(held) as held
          from flows group by chain_id, wallet
        ),
        coin as (
          select d.chain_id, d.wallet, sum(d.amount) filter (where d.covered) as covered
          from deposits d join per_wallet p on p.chain_id = d.chain_id and p.wallet = d.wallet
          where d.asset = 'native' and d.state <> 'orphaned'
            and not (d.state = 'ignored' and starts_with(d.reason, ${rejectedReason('')}))
          group by d.chain_id, d.wallet
        )
        -- The uncovered deposits are on both sides of: balance - uncovered deposits.
        select p.chain_id, p.wallet, p.sent::text, p.spent::text, p.returned::text,
          greatest(0, coalesce(c.covered, 0) + p.held)::text as left,
          exists (select 1 from sweeps s where s.chain_id = p.chain_id and s.wallet = p.wallet
            and s.closed_at is null) as in_use
        from per_wallet p left join coin c on c.chain_id = p.chain_id and c.wallet = p.wallet
        order by p.chain_id, greatest(0, coalesce(c.covered, 0) + p.held) desc, p.wallet`)
      return rows.map((row) => ({
        chainId: row.chain_id,
        wallet: row.wallet as Address,
        sentWei: BigInt(row.sent),
        spentWei: BigInt(row.spent),
        returnedWei: BigInt(row.returned),
        leftWei: BigInt(row.left),
        isInUse: row.in_use,
      }))
    },
  })
}
