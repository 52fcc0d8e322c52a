import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { behindKeeperNonce } from '../../../../domain/keeper/keeper-waits.ts'
import { sweepWorkflowId } from '../../../../workflows/contract.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { token } from '../../../harness/factories/a-chain.ts'
import { drawAddress, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 31337

describe('dueWakeUps, which lists the waiting runs to wake', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  afterEach(
    () =>
      ledger.sql`truncate attempts, transactions, deposits, lanes, sweeps, keeper_drains, keepers`,
  )

  const due = async (maxInFlight = 16) =>
    (await ledger.lanes.dueWakeUps(chainId, maxInFlight)).map((d) => [d.workflowId, d.wakeUp.kind])
  const waiting = (reason: string, since = new Date(), more = {}) =>
    ledger.put({ state: 'waiting', reason, since, ...more })
  const woken = (id: string, kind: string) => [sweepWorkflowId(id), kind]

  it('returns no deposit that is queued, or that waits for the keeper’s balance or for fees', async () => {
    for (const reason of ['queued', 'keeper-low', 'gas-price']) await waiting(reason)
    expect(await due()).toEqual([])
  })

  it('returns as many lane-full deposits as the keeper’s lane has room for, oldest first', async () => {
    const { sweep } = await ledger.claimed({ wallet: `0x${'22'.repeat(20)}` })
    await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'gas', sender: drawAddress() })
    await ledger.sql`update transactions set chain_id = ${chainId}`
    const third = await waiting('lane-full', new Date(3_000))
    const first = await waiting('lane-full', new Date(1_000))
    const second = await waiting('lane-full', new Date(2_000))
    expect(await due(1)).toEqual([])
    expect(await due(3)).toEqual([woken(first.id, 'laneFree'), woken(second.id, 'laneFree')])
    await ledger.sql`update transactions set mined_block = 1`
    expect((await due(3)).length).toBe(3)
    expect((await due(3)).at(-1)).toEqual(woken(third.id, 'laneFree'))
  })

  it('returns deposits whose budget is free again, oldest first, once for each time (MONEY 29)', async () => {
    const at = (ms: number) => new Date(Date.now() + ms)
    const wait = (free: Date, since: number) =>
      waiting('budget', new Date(since), {
        detail: `USDT has spent 1 ETH: it continues from ${free.toISOString()} on, or when …`,
        lastRunAt: at(-600_000),
      })
    const second = await wait(at(-1_000), 2_000)
    const first = await wait(at(-2_000), 1_000)
    await wait(at(60_000), 500)
    await waiting('budget', new Date(100), { detail: 'it never fits', lastRunAt: at(-600_000) })
    expect(await due()).toEqual([woken(first.id, 'laneFree'), woken(second.id, 'laneFree')])
    await ledger.sweeps.touch(first.id)
    expect(await due()).toEqual([woken(second.id, 'laneFree')])
  })

  it('gives the room in the keeper’s lane to users’ deposits before ordered dust (MONEY 15)', async () => {
    const dust = await waiting('lane-full', new Date(1_000))
    await ledger.sql`update deposits set dust_order_id = gen_random_uuid() where id = ${dust.id}`
    const paid = await waiting('lane-full', new Date(2_000))
    expect(await due(1)).toEqual([woken(paid.id, 'laneFree')])
    expect(await due(2)).toEqual([woken(paid.id, 'laneFree'), woken(dust.id, 'laneFree')])
  })

  it('ignores the stuck transactions of a retired keeper, whose lane no new gas uses', async () => {
    const { sweep } = await ledger.claimed({ wallet: `0x${'22'.repeat(20)}` })
    const retired = drawAddress()
    await ledger.sql`insert into keepers (chain_id, address, retired_at) values (${chainId}, ${retired}, now())`
    await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'gas', sender: retired })
    await ledger.sql`update transactions set chain_id = ${chainId}, refusal_reason = 'send-refused'`
    const full = await waiting('lane-full', new Date(1_000))
    const detail = behindKeeperNonce({ nonce: 0n, key: 'a:gas:1' }, 'txpool is full')
    const taken = await waiting('send-refused', new Date(2_000), { detail })
    expect(await due(1)).toEqual([woken(full.id, 'laneFree'), woken(taken.id, 'laneFree')])
    await ledger.sql`update keepers set retired_at = null`
    expect(await due(1)).toEqual([])
  })

  describe('for a wallet’s lane', () => {
    const byToken = () => ledger.claimed({ asset: token }, 'run-token')
    const lapse = () => ledger.sql`update sweeps set lease_until = now() - interval '1 second'`

    it('returns no waiting deposit while a sweep holds the lane, and the waiting deposit once the lane is free', async () => {
      const { sweep } = await byToken()
      const native = await waiting(`wallet-lane ${sweep.id}`, new Date(), { asset: 'native' })
      expect(await due()).toEqual([])
      await ledger.sql`update lanes set holder_sweep_id = null`
      expect(await due()).toEqual([woken(native.id, 'laneFree')])
    })

    it('returns a waiting deposit if the sweep that holds the lane has no driver and no transaction in flight', async () => {
      const { sweep } = await byToken()
      const native = await waiting('tokens-first', new Date(), { asset: 'native' })
      await lapse()
      expect(await due()).toEqual([woken(native.id, 'laneFree')])
      await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'gas', sender: drawAddress() })
      expect(await due()).toEqual([])
    })
  })

  it('returns scanner-behind deposits once the scanner has read up to the head that it knows', async () => {
    const behind = await waiting('scanner-behind')
    const at = (height: number) =>
      ledger.sql`update scan_cursors set height = ${height}, head_height = 10`
    await at(9)
    expect(await due()).toEqual([])
    await at(10)
    expect(await due()).toEqual([woken(behind.id, 'laneFree')])
  })

  it('returns deposits behind a refused GAS_KEEPER nonce once the refusal ends, as far as the lane has room', async () => {
    const { sweep } = await ledger.claimed({ wallet: `0x${'22'.repeat(20)}` })
    await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'gas', sender: drawAddress() })
    await ledger.sql`update transactions set chain_id = ${chainId}, refusal_reason = 'send-refused'`
    const detail = behindKeeperNonce({ nonce: 0n, key: 'a:gas:1' }, 'txpool is full')
    const later = await waiting('gas-price', new Date(2_000), { detail })
    const first = await waiting('send-refused', new Date(1_000), { detail })
    await waiting('gas-price', new Date(500), { detail: 'gas is above the ceiling' })
    expect(await due()).toEqual([])
    await ledger.sql`update transactions set refusal_reason = null`
    expect(await due(2)).toEqual([woken(first.id, 'laneFree')])
    expect(await due()).toEqual([woken(first.id, 'laneFree'), woken(later.id, 'laneFree')])
    await ledger.sql`update transactions set refusal_reason = 'send-refused', mined_block = 1`
    expect((await due()).length).toBe(2)
  })

  it('returns deposits that wait for a sweep once it closes or loses its driver', async () => {
    const { sweep } = await ledger.claimed()
    const other = await waiting(`sweep ${sweep.id}`)
    expect(await due()).toEqual([])
    await ledger.sql`update sweeps set lease_until = now() - interval '1 second'`
    expect(await due()).toEqual([woken(other.id, 'sweepClosed')])
    await ledger.sql`update sweeps set lease_until = now() + interval '1 minute', closed_at = now()`
    expect(await due()).toEqual([woken(other.id, 'sweepClosed')])
  })

  it('returns a deposit that another run finished, until the deposit’s own run has reported', async () => {
    const since = new Date()
    const done = await ledger.put({ state: 'done', reason: '', since })
    const orphaned = await ledger.put({ state: 'orphaned', reason: '', since })
    await ledger.sql`update deposits set last_run_at = since - interval '1 second'`
    expect((await due()).sort()).toEqual(
      [woken(done.id, 'sweepClosed'), woken(orphaned.id, 'depositOrphaned')].sort(),
    )
    await ledger.sweeps.touch(done.id)
    await ledger.sweeps.touch(orphaned.id)
    expect(await due()).toEqual([])
  })

  it('returns no deposit of another chain', async () => {
    await waiting('lane-full', new Date(), { chainId: 56 })
    expect(await due()).toEqual([])
  })
})
