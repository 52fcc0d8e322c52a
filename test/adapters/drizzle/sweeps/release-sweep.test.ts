import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StateChange } from '../../../../domain/sweeps/sweep-store.ts'
import { aMoneyChain } from '../../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../../harness/benches/lane-bench.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { ether } from '../../../harness/factories/a-chain.ts'
import { aLatch } from '../../../harness/waiting/a-latch.ts'
import { waitsForALock } from '../../../harness/waiting/waits-for-a-lock.ts'

describe('releaseSweep, by which a run gives up its sweep for now (MONEY 6, 10)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const parked = (depositId: string): StateChange => ({
    depositId,
    state: 'waiting',
    reason: 'keeper-low',
    detail: '',
  })
  const sweepRow = async (id: string) => {
    const [row] = await ledger.sql`
      select outcome, lease_holder, closed_at is not null as closed from sweeps where id = ${id}`
    return { ...row }
  }

  async function aBench() {
    const chain = aMoneyChain()
    const bench = laneBench(ledger, chain)
    const wallet = chain.addWallet().address
    const claimed = await ledger.claimed({ chainId: chain.chain.id, wallet })
    const sweep = { sweepId: claimed.sweep.id, wallet }
    const releaseSweep = (holder = 'run-1') =>
      ledger.sweeps.releaseSweep(sweep.sweepId, holder, parked(claimed.deposit.id))
    return { chain, ...bench, ...claimed, sweepOf: sweep, releaseSweep }
  }

  it('frees the lane and closes the sweep as void if no transaction is signed', async () => {
    const { deposit, sweepOf, releaseSweep, laneHolder } = await aBench()
    await releaseSweep()
    expect(await laneHolder(sweepOf.wallet)).toBeNull()
    expect(await sweepRow(sweepOf.sweepId)).toMatchObject({ outcome: 'void', closed: true })
    expect(await ledger.read(deposit.id)).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
    const next = await ledger.sweeps.claim(deposit, 'run-1', minute, 0n)
    expect(next.kind === 'mine' && next.sweep.id).not.toBe(sweepOf.sweepId)
  })

  it('ends the lease, and keeps the lane and the open sweep, if gas is in flight', async () => {
    const { chain, deposit, sweepOf, releaseSweep, laneHolder, sent, gas, track } = await aBench()
    await sent(gas(sweepOf))
    await releaseSweep()
    expect(await laneHolder(sweepOf.wallet)).toBe(sweepOf.sweepId)
    expect(await sweepRow(sweepOf.sweepId)).toEqual({
      outcome: null,
      lease_holder: null,
      closed: false,
    })
    chain.fake.mine()
    await track()
    const again = await ledger.sweeps.claim(deposit, 'run-2', minute, 0n)
    expect(again).toMatchObject({ kind: 'mine', sweep: { id: sweepOf.sweepId } })
    await releaseSweep('run-2')
    expect(await laneHolder(sweepOf.wallet)).toBeNull()
    expect((await sweepRow(sweepOf.sweepId))['closed']).toBe(false)
  })

  describe('when its deposit ends without it, after gas has come (MONEY 15)', () => {
    async function funded() {
      const made = await aBench()
      await made.sent(made.gas(made.sweepOf))
      made.chain.fake.mineMany(3)
      await made.track()
      const { id } = made.deposit
      const asDust = { depositId: id, state: 'ignored', reason: 'dust', detail: '' } as const
      const end = (more: Partial<StateChange> = {}) =>
        ledger.sweeps.releaseSweep(made.sweepOf.sweepId, 'run-1', { ...asDust, ...more })
      return { ...made, end }
    }

    it('is closed as unused, and its lane is free', async () => {
      const { deposit, sweepOf, laneHolder, end } = await funded()
      await end()
      expect(await sweepRow(sweepOf.sweepId)).toMatchObject({ outcome: 'unused', closed: true })
      expect(await laneHolder(sweepOf.wallet)).toBeNull()
      expect(await ledger.read(deposit.id)).toMatchObject({ state: 'ignored', reason: 'dust' })
    })

    it('stays open for another deposit of the sweep that is not finished', async () => {
      const { deposit, sweepOf, end } = await funded()
      const other = await ledger.put({ chainId: deposit.chainId, wallet: deposit.wallet })
      await ledger.sql`update deposits set sweep_id = ${sweepOf.sweepId} where id = ${other.id}`
      await end()
      expect((await sweepRow(sweepOf.sweepId))['closed']).toBe(false)
    })

    it('leaves a deposit that was ordered as dust after the run read it', async () => {
      const { deposit, end } = await funded()
      const order = '00000000-0000-4000-8000-000000000001'
      await ledger.sql`update deposits set dust_order_id = ${order} where id = ${deposit.id}`
      const before = await ledger.read(deposit.id)
      await end({ dustOrderId: null })
      expect(await ledger.read(deposit.id)).toEqual(before)
      await end({ dustOrderId: order })
      expect((await ledger.read(deposit.id)).state).toBe('ignored')
    })

    it('keeps the state of the deposit without a change', async () => {
      const { deposit, sweepOf } = await funded()
      const before = await ledger.read(deposit.id)
      await ledger.sweeps.releaseSweep(sweepOf.sweepId, 'run-1')
      expect(await ledger.read(deposit.id)).toEqual(before)
      expect((await sweepRow(sweepOf.sweepId))['lease_holder']).toBeNull()
    })
  })

  it('changes only the state of the deposit if another run drives the sweep', async () => {
    const { deposit, sweepOf, releaseSweep, laneHolder } = await aBench()
    await releaseSweep('run-2')
    expect(await laneHolder(sweepOf.wallet)).toBe(sweepOf.sweepId)
    expect((await sweepRow(sweepOf.sweepId))['lease_holder']).toBe('run-1')
    expect((await ledger.read(deposit.id)).reason).toBe('keeper-low')
  })

  it.each(['gas', 'native'] as const)(
    'waits until a %s transaction in progress is signed, and then keeps the lane and the open sweep',
    async (step) => {
      const { chain, sweepOf, releaseSweep, laneHolder, open, ...bench } = await aBench()
      const gate = aLatch()
      const slow = {
        ...chain,
        signer: {
          ...chain.signer,
          unlock: async (intent: Parameters<typeof chain.signer.unlock>[0]) => {
            const unlocked = await chain.signer.unlock(intent)
            return {
              ...unlocked,
              sign: async (...args: Parameters<typeof unlocked.sign>) => {
                await gate.pass()
                return await unlocked.sign(...args)
              },
            }
          },
        },
      }
      const opened = open(bench[step](sweepOf), slow)
      await gate.reached
      const gone = releaseSweep()
      await waitsForALock(ledger.sql)
      gate.open()
      expect((await opened).kind).toBe('signed')
      await gone
      expect(await laneHolder(sweepOf.wallet)).toBe(sweepOf.sweepId)
      expect((await sweepRow(sweepOf.sweepId))['closed']).toBe(false)
    },
  )

  describe('giveUp, for an operator’s retry (MONEY 17)', () => {
    const giveUp = (sweepId: string, holder = 'run-1') =>
      ledger.sweeps.giveUp(sweepId, holder, 'reverted')

    it('closes a sweep whose transactions have all ended, and frees its lane', async () => {
      const { chain, deposit, sweepOf, laneHolder, sent, gas, track } = await aBench()
      const { attempts } = await sent(gas(sweepOf))
      chain.fake.mine({ failing: attempts.map((a) => a.hash) })
      chain.fake.mineMany(2)
      await track()
      await giveUp(sweepOf.sweepId, 'run-2')
      expect((await sweepRow(sweepOf.sweepId))['closed']).toBe(false)
      await giveUp(sweepOf.sweepId)
      await giveUp(sweepOf.sweepId)
      expect(await sweepRow(sweepOf.sweepId)).toMatchObject({ outcome: 'reverted', closed: true })
      expect(await laneHolder(sweepOf.wallet)).toBeNull()
      const next = await ledger.sweeps.claim(deposit, 'run-1', minute, 0n)
      expect(next.kind === 'mine' && next.sweep.id).not.toBe(sweepOf.sweepId)
    })

    it('keeps a sweep open if its transfer succeeded and is not recorded yet', async () => {
      const { chain, deposit, sweepOf, sent, native, track } = await aBench()
      chain.fake.setBalance(sweepOf.wallet, ether)
      await sent(native(sweepOf))
      chain.fake.mineMany(3)
      await track()
      // Simulates a deposit that needed attention before the run of another deposit signed the
      // transfer. That run now waits without a lease.
      await ledger.sweeps.releaseSweep(sweepOf.sweepId, 'run-1', parked(deposit.id))
      await giveUp(sweepOf.sweepId, 'run-2')
      expect(await sweepRow(sweepOf.sweepId)).toMatchObject({ outcome: null, closed: false })
    })

    it('keeps a sweep open if it has a live transaction or no signed transaction', async () => {
      const { chain, sweepOf, sent, gas, track } = await aBench()
      const stillOpen = async () => {
        await giveUp(sweepOf.sweepId)
        expect((await sweepRow(sweepOf.sweepId))['closed']).toBe(false)
      }
      await stillOpen()
      await sent(gas(sweepOf))
      await stillOpen()
      chain.fake.mine()
      await track()
      await stillOpen()
    })
  })
})
