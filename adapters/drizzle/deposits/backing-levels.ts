import { sql } from 'drizzle-orm'
import type { Hash, Hex } from '../../../domain/address.ts'
import { smallerOf } from '../../../domain/amount.ts'
import { readTransferCall } from '../../../domain/chains/erc20.ts'
import type { Claims, WalletToken } from '../../../domain/deposits/backing-store.ts'
import type { Queries } from '../queries.ts'

/**
 * Returns the wallets and tokens as an SQL table `p(wallet, asset, n)`, where `n` is the index in
 * the list.
 */
export const walletRows = (of: readonly { readonly wallet: string; readonly asset: string }[]) => {
  const rows = of.map(({ wallet, asset }, n) => ({ wallet, asset, n }))
  return sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as p(wallet text, asset text, n int)`
}

/**
 * Reads four figures for each wallet and token, up to a height.
 * `claimed`: the sum of the credits at or below the height, minus the credits that a sweep at or
 * below the height covers. Dust and skipped deposits count, because their money is still in the
 * wallet. Orphaned and rejected deposits do not count, because they never had money. Credits whose
 * backing is in question do not count either, with two exceptions: a credit in doubt as
 * `content-differs` counts unless it failed its delta, and a credit above `judgedTo` counts while
 * its delta is unknown. The part of an unconfirmed credit that an opening balance contains is
 * subtracted, because the opening balance claims the same money (MONEY 25).
 * `inOpenings`: the rest of the opening balances, which parts of credits in question may use.
 * `moved`: the amount that our sweeps, mined at or below the height, moved beyond their covered
 * deposits. A closed sweep counts only if an uncovered credit came before it: if the wallet was
 * added late, the sweep may have moved that credit too.
 * `isPartial`: a backfill of the wallet or token is open, or transactions are unread. An unread
 * trace alone does not make the figures partial, because it closes no lane and hides no token
 * credit.
 */
export async function levels(
  db: Queries,
  chainId: number,
  of: readonly WalletToken[],
  { height, judgedTo }: { readonly height: bigint; readonly judgedTo: bigint },
): Promise<readonly Claims[]> {
  if (of.length === 0) return []
  // One statement reads one snapshot, because a sweep that closes shifts its money from `moved` to
  // covered deposits.
  const rows = await db.execute<{
    n: number
    claimed: string
    in_openings: string
    sweeps: Swept[] | null
    is_partial: boolean
  }>(sql`
    select p.n, (c.amount - least(c.parts, o.openings))::text as claimed,
      greatest(0, o.openings - c.parts)::text as in_openings,
      (select json_agg(json_build_object('data', t.data, 'left', s.coverable_amount::text, 'covered', (
          select coalesce(sum(c.amount), 0)::text from deposits c where c.sweep_id = s.id and c.covered)))
        from sweeps s left join transactions t
          on t.sweep_id = s.id and t.step = 'sweep' and t.mined_ok and t.mined_block <= ${height}
          and exists (select 1 from attempts a where a.hash = t.mined_hash and a.kind = 'send')
        where s.chain_id = ${chainId} and s.wallet = p.wallet and s.asset = p.asset
          and ((s.closed_at is null and t.key is not null)
            or (s.outcome = 'swept' and s.block_number <= ${height} and exists (
              select 1 from deposits d where d.chain_id = ${chainId} and d.wallet = p.wallet
                and d.asset = p.asset and not d.covered and d.state <> 'orphaned'
                and not (d.state = 'ignored' and d.confirmed_at is null)
                and (d.block_number, d.tx_index) <= (s.block_number, s.tx_index))))
      ) as sweeps,
      exists (select 1 from unread_transactions u where u.chain_id = ${chainId} and u.block_number <= ${height}
          and u.answered_at is null and u.closes_lane)
        or exists (select 1 from unread_blocks u where u.chain_id = ${chainId} and u.from_block <= ${height})
        or exists (select 1 from wallets w join scan_cursors c on c.chain_id = ${chainId}
          where w.address = p.wallet and w.seq > c.wallet_seq)
        or exists (select 1 from listed_tokens l where l.chain_id = ${chainId} and l.token = p.asset
          and l.read_to is not null)
        as is_partial
    from ${walletRows(of)} cross join lateral (
      select coalesce(sum(d.amount) filter (where e.counts), 0) as amount,
        coalesce(sum(d.opening_part) filter (where e.counts and d.confirmed_at is null), 0) as parts,
        count(d.opening_part) filter (where d.confirmed_at is null) > 0 as is_late
      from deposits d left join sweeps s on s.id = d.sweep_id cross join lateral (
        select d.confirmed_at is not null or (d.state in ('detected', 'confirming')
          and (d.doubt is null or d.doubt = 'content-differs' or d.doubt is not distinct from d.doubt_cleared)
          and (coalesce(d.backing, '') not in ('unread', 'short')
            or d.doubt_cleared is not distinct from 'unbacked'
            or (d.backing = 'unread' and (d.block_number > ${judgedTo}
              or (d.doubt = 'content-differs' and d.doubt is distinct from d.doubt_cleared))))) as counts
      ) e
      where d.chain_id = ${chainId} and d.wallet = p.wallet and d.asset = p.asset
        and d.block_number <= ${height} and d.state <> 'orphaned'
        and (not d.covered or s.block_number > ${height})
    ) c cross join lateral (
      select case when c.is_late then (
        select coalesce(sum(d.amount), 0) from opening_balances b join deposits d on d.id = b.deposit_id
        where b.chain_id = ${chainId} and b.wallet = p.wallet and b.asset = p.asset
          and d.state <> 'orphaned') else 0 end as openings
    ) o order by p.n`)
  return rows.map(({ claimed, in_openings: inOpenings, sweeps, is_partial: isPartial }) => ({
    isPartial,
    claimed: BigInt(claimed),
    inOpenings: BigInt(inOpenings),
    moved: (sweeps ?? []).reduce((sum, one) => sum + movedBeyondCovered(one), 0n),
  }))
}

/**
 * Returns the amount of the token that coldsweep's sweeps sent from the wallet in one block, by
 * their calldata. The token's logs may claim more.
 */
export async function sweptIn(
  db: Queries,
  chainId: number,
  { wallet, asset }: WalletToken,
  block: Hash,
): Promise<bigint> {
  const rows = await db.execute<{ data: Hex }>(sql`
    select t.data from transactions t join sweeps s on s.id = t.sweep_id
    where t.chain_id = ${chainId} and t.sender = ${wallet} and s.asset = ${asset}
      and t.step = 'sweep' and t.mined_ok and t.mined_block_hash = ${block}
      and exists (select 1 from attempts a where a.hash = t.mined_hash and a.kind = 'send')`)
  return rows.reduce((sum, { data }) => sum + readTransferCall(data).amount, 0n)
}

/**
 * `data` is the calldata of the transfer; null for a sweep that `recover` adopted. `left` is the
 * coverable amount that left the wallet; null until the outcome is stored.
 */
type Swept = { data: Hex | null; left: string | null; covered: string }

function movedBeyondCovered({ data, left, covered }: Swept): bigint {
  const sent = data === null ? undefined : readTransferCall(data).amount
  const gone = left === null ? undefined : BigInt(left)
  const moved = sent !== undefined && gone !== undefined ? smallerOf(sent, gone) : (sent ?? gone)
  const beyond = (moved ?? 0n) - BigInt(covered)
  return beyond > 0n ? beyond : 0n
}
