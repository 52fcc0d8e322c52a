import { afterAll, beforeAll, expect, test } from 'vitest'
import { drawFrom } from '../harness/factories/draw.ts'
import { type FaultProxy, faultProxy } from '../harness/proxies/fault-proxy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { type FaultWorld, faultWorld } from '../harness/worlds/fault-world.ts'
import { createJudge } from '../harness/worlds/judge-world.ts'

/** MONEY 5, 7: one keeper funds many sweeps on a node that fails calls and omits responses. */
const sweeps = 300
const maxInFlight = 16
let proxy: FaultProxy
let world: FaultWorld

beforeAll(async () => {
  world = await faultWorld({
    rpc: async (url) => {
      proxy = await faultProxy(url)
      return [proxy.url]
    },
    chain: { ws: [] },
    timers: { leaseSeconds: 60, attentionAfterSeconds: 3_600 },
  })
}, 300_000)
afterAll(async () => {
  await world?.close()
  await proxy?.close()
})

test(`${sweeps} concurrent token sweeps are done if 5 % of calls fail and 2 % of sends get no response`, async ({
  annotate,
}) => {
  world.mortal('scanner').start()
  world.mortal('worker').start()
  const wallets: `0x${string}`[] = []
  for (let n = 0; n < sweeps; n += 1) wallets.push(await world.addWallet())
  const { sql } = world.deployment
  const known = () => sql`select 1 from wallets w, scan_cursors c where c.wallet_seq >= w.seq`
  await eventually(known, (rows) => rows.length === sweeps, 120_000)
  const draw = drawFrom(300)
  proxy.randomly({ seed: 300, fail: 0.05 })
  let dropped = 0
  proxy.fault(
    'eth_sendRawTransaction',
    { kind: 'break-after' },
    {
      when: () => {
        const drop = draw.chance(0.02)
        if (drop) dropped += 1
        return drop
      },
    },
  )
  const before = proxy.asked.length
  await world.payMany('PLAIN', wallets)
  const began = Date.now()
  const watch = watchKeeper(world)
  try {
    await world.untilDone(900_000)
  } finally {
    await watch.stop()
  }
  const tookMs = Date.now() - began
  const { faults } = proxy
  proxy.heal()
  // Prices move while hundreds of sweeps wait, so the funded gas of a sweep may become too low. A
  // second gas round is correct if it opened after the end of the previous round (MONEY 2).
  const wrong = await createJudge(world)()
  expect(wrong.filter(({ says }) => !says.startsWith('gas once'))).toEqual([])
  const again = await sql<{ value_wei: string; before_wei: string; late: boolean }[]>`
    select t.value_wei, b.value_wei as before_wei, b.ended_at <= t.created_at as late
    from transactions t join transactions b
      on b.sweep_id = t.sweep_id and b.step = t.step and b.round = t.round - 1
    where t.step = 'gas'`
  expect(again.every(({ late }) => late)).toBe(true)
  expect(watch.mostUnmined()).toBeLessThanOrEqual(maxInFlight)
  expect(watch.mostUnmined()).toBeGreaterThan(1)
  // A limit on unmined transactions also limits the transactions in a block. So the mined blocks
  // prove the limit, independently of the polls.
  const [block] = await sql<{ most: number }[]>`
    select max(n)::int as most from (
      select count(*) as n from transactions where step = 'gas' group by mined_block) b`
  expect(block?.most).toBeLessThanOrEqual(maxInFlight)
  expect(dropped).toBeGreaterThan(0)
  await annotate(
    `${sweeps} sweeps in ${(tookMs / 1000).toFixed(0)} s; ${proxy.asked.length - before} calls, ${faults} faults, ` +
      `${dropped} sends unanswered; at most ${watch.mostUnmined()} unmined, ${block?.most} in a block; ` +
      `${again.length} second gas rounds, e.g. ${again[0]?.value_wei} wei after ${again[0]?.before_wei}`,
  )
}, 1_500_000)

/** Counts the keeper's unmined transactions every 50 ms and keeps the highest count. */
function watchKeeper({ deployment: { sql } }: FaultWorld) {
  let most = 0
  let on = true
  const looking = (async () => {
    while (on) {
      const [row] = await sql<{ n: number }[]>`
        select count(*)::int as n from transactions
        where step = 'gas' and state = 'live' and mined_block is null`
      most = Math.max(most, row?.n ?? 0)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    mostUnmined: () => most,
    stop() {
      on = false
      return looking
    },
  }
}
