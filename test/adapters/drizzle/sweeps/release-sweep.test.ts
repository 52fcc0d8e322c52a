import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StateChange } from '../../../../domain/sweeps/sweep-store.ts'
import { aMoneyChain } from '../../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../../harness/benches/lane-bench.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { ether } from '../../../harness/factories/a-chain.ts'
import { aLatch } from '../../../harness/waiting/a-latch.ts'
import { waitsForALock } from '../../../harness/waiting/waits-for-a-lock.ts'

describe('releaseSweep of a sweep (MONEY 6, 10)', () => {
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

  it('ends the lease and keeps lane and sweep if gas is in flight', async () => {
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

  it('changes only the state of the deposit if another run drives the sweep', async () => {
    const { deposit, sweepOf, releaseSweep, laneHolder } = await aBench()
    await releaseSweep('run-2')
    expect(await laneHolder(sweepOf.wallet)).toBe(sweepOf.sweepId)
    expect((await sweepRow(sweepOf.sweepId))['lease_holder']).toBe('run-1')
    expect((await ledger.read(deposit.id)).reason).toBe('keeper-low')
  })

  it.each(['gas', 'native'] as const)(
    'waits until a transaction in progress is signed, and then keeps lane and sweep: %s',
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
      // The deposit once needed attention. The run of another deposit has then signed the transfer,
      // and waits without a lease.
      await ledger.sweeps.releaseSweep(sweepOf.sweepId, 'run-1', parked(deposit.id))
      await giveUp(sweepOf.sweepId, 'run-2')
      expect(await sweepRow(sweepOf.sweepId)).toMatchObject({ outcome: null, closed: false })
    })

    it('keeps a sweep open if its transaction is live or no transaction is signed', async () => {
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
