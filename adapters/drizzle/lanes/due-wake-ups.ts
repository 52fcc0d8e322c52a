import { sql } from 'drizzle-orm'
import { behindKeeperNonceLike } from '../../../domain/keeper/keeper-waits.ts'
import type { DueWakeUp } from '../../../domain/lanes/lane-store.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { isTrialFree } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'

const batch = 200

/** MONEY 15: users wait for their deposits, and nobody waits for dust. */
const isDust = sql`(dust_order_id is not null)`

const budgetBatch = 20
/** The time in the words of `budgetWords`. */
const continuesAt = 'continues from (\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z) on'

/**
 * Returns wake-ups for waiting deposits whose reason has ended, and for finished deposits whose run
 * does not know the end yet (another deposit's run drove their sweep). Deposits that wait for a
 * budget and ordered dust come last, and otherwise the oldest first. Wake-ups are only hints: a run
 * that gets one reads the rows again.
 */
export async function dueWakeUps(
  db: Queries,
  chainId: number,
  maxInFlight: number,
): Promise<readonly DueWakeUp[]> {
  const rows = await db.execute<{
    id: string
    kind: 'laneFree' | 'sweepClosed' | 'depositOrphaned'
  }>(sql`
    -- New gas uses the current keeper's lane only, so a retired keeper's lane takes no room (MONEY 7).
    with unmined_gas as (
      select t.sender, t.nonce, t.refusal_reason from transactions t
      where t.chain_id = ${chainId} and t.step <> 'sweep' and t.state = 'live' and t.mined_block is null
        and not exists (
          select 1 from keepers k
          where k.chain_id = t.chain_id and k.address = t.sender and k.retired_at is not null)
    ),
    room as (
      select greatest(0, ${maxInFlight} - count(*)) as places from unmined_gas
    ),
    lane_full as (
      select id, since, ${isDust} as dust, 'laneFree' as kind from deposits
      where chain_id = ${chainId} and state = 'waiting' and reason = 'lane-full'
      order by ${isDust}, since limit (select places from room)
    ),
    -- The lowest unmined nonce of a keeper is the one that fund-gas waits behind.
    keeper_taken as (
      select id, since, ${isDust} as dust, 'laneFree' as kind from deposits
      where chain_id = ${chainId} and state = 'waiting'
        and reason in ('send-refused', 'gas-price', 'gas-limit', 'keeper-low')
        and detail like ${behindKeeperNonceLike}
        and not exists (
          select 1 from unmined_gas t
          where t.refusal_reason is not null and not exists (
            select 1 from unmined_gas earlier
            where earlier.sender = t.sender and earlier.nonce < t.nonce))
      order by ${isDust}, since limit (select places from room)
    ),
    wallet_free as (
      select d.id, d.since, ${isDust} as dust, 'laneFree' as kind
      from deposits d join lanes l on l.chain_id = d.chain_id and l.sender = d.wallet
        left join sweeps h on h.id = l.holder_sweep_id
      where d.chain_id = ${chainId} and d.state = 'waiting'
        and (d.reason like 'wallet-lane %' or d.reason = 'tokens-first')
        and (h.id is null or ((h.lease_until is null or h.lease_until < now()) and not exists (
          select 1 from transactions t
          where t.sweep_id = h.id and t.state = 'live' and t.mined_block is null)))
        and not exists (
          select 1 from transactions t join sweeps s on s.id = t.sweep_id
          where t.chain_id = d.chain_id and t.sender = d.wallet and t.state = 'live' and s.closed_at is not null)
    ),
    scanner_near as (
      select d.id, d.since, ${isDust}, 'laneFree' as kind
      from deposits d join scan_cursors c on c.chain_id = d.chain_id
      where d.chain_id = ${chainId} and d.state = 'waiting' and d.reason = 'scanner-behind'
        and c.height >= c.head_height
    ),
    sweep_closed as (
      select d.id, d.since, ${isDust}, 'sweepClosed' as kind
      from deposits d join sweeps s on 'sweep ' || s.id::text = d.reason
      where d.chain_id = ${chainId} and d.state = 'waiting'
        and (s.closed_at is not null or s.lease_until is null or s.lease_until < now())
    ),
    released as (
      select d.id, d.since, ${isDust}, 'laneFree' as kind from deposits d
      where d.chain_id = ${chainId} and d.state = 'waiting' and (
        (d.reason = 'queued' and d.released_at >= d.last_run_at)
        or (d.reason = 'chain-paused' and not exists (
          select 1 from chains c where c.id = d.chain_id and c.paused_reason is not null))
        or (d.reason = 'asset-paused' and not exists (
          select 1 from asset_pauses p
          where p.chain_id = d.chain_id and p.asset = d.asset and p.ended_at is null))
        or (d.reason like 'held-by %' and not exists (
          select 1 from deposits h
          where h.id = substr(d.reason, 9) and h.held_at is not null and h.released_at is null
            and not h.covered and h.state not in ('done', 'ignored', 'orphaned'))))
    ),
    -- One sweep of a paused asset is tried, so only its oldest deposit is woken (MONEY 30).
    trial as (
      select d.id, d.since, ${isDust}, 'laneFree' as kind
      from asset_pauses cross join lateral (
        select * from deposits d
        where d.chain_id = asset_pauses.chain_id and d.asset = asset_pauses.asset
          and d.state = 'waiting' and d.reason = 'asset-paused'
        order by ${isDust}, d.since limit 1
      ) d
      where asset_pauses.chain_id = ${chainId} and ${isTrialFree}
    ),
    -- The detail of a deposit that waits for a budget has the time at which it continues (MONEY 29).
    -- Few at a time and after all others, because most of a mass of them only wait again.
    budget_free as (
      select id, since, true, 'laneFree' as kind from (
        select *, substring(detail from ${continuesAt})::timestamptz as free_at from deposits
        where chain_id = ${chainId} and state = 'waiting' and reason = 'budget'
      ) waits where free_at <= now() and last_run_at < free_at
      order by ${isDust}, since limit ${budgetBatch}
    ),
    ended_elsewhere as (
      select id, since, ${isDust}, case state when 'orphaned' then 'depositOrphaned' else 'sweepClosed' end as kind
      from deposits
      where chain_id = ${chainId} and state in ('done', 'ignored', 'orphaned') and last_run_at < since
        and since > now() - interval '1 hour'
    )
    select id, kind from (
      select * from lane_full union all select * from keeper_taken union all select * from wallet_free
      union all select * from scanner_near union all select * from released union all select * from sweep_closed
      union all select * from ended_elsewhere union all select * from trial union all select * from budget_free
    ) due order by dust, since limit ${batch}`)
  return rows.map((row) => ({ workflowId: sweepWorkflowId(row.id), wakeUp: { kind: row.kind } }))
}
