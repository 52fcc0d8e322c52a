import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import type { SweepOutcome } from '../../../../domain/sweeps/sweep.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aSweepOutcome } from '../../../harness/factories/a-sweep-outcome.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

describe('the close of a sweep, which covers deposits (MONEY 11)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  /** Stores a claimed sweep with its outcome. The first deposit is 60 in block 5. */
  async function swept(outcome: Partial<SweepOutcome> = {}, first: Partial<Deposit> = {}) {
    const wallet = first.wallet ?? aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet, amount: 60n, ...first })
    await ledger.sweeps.saveOutcome(sweep.id, aSweepOutcome(100n, outcome))
    return { deposit, sweepId: sweep.id, wallet }
  }
  const stateOf = async ({ id }: Deposit) => {
    const { state, covered, sweepId } = await ledger.read(id)
    return { state, covered, sweepId }
  }
  const doneBy = (sweepId: string) => ({ state: 'done', covered: true, sweepId })
  const untouched = { state: 'waiting', covered: false, sweepId: null }

  it('covers deposits in chain order while their sum fits the moved amount, and leaves the others to the next sweep', async () => {
    const { deposit, sweepId, wallet } = await swept()
    const fits = await ledger.put({ wallet, amount: 40n, blockNumber: 6n })
    const tooMuch = await ledger.put({ wallet, amount: 2n, blockNumber: 7n })
    const behind = await ledger.put({ wallet, amount: 1n, blockNumber: 8n })
    expect(await ledger.sweeps.close(sweepId)).toBe(2)
    expect(await stateOf(deposit)).toEqual(doneBy(sweepId))
    expect(await stateOf(fits)).toEqual(doneBy(sweepId))
    expect(await stateOf(tooMuch)).toEqual(untouched)
    expect(await stateOf(behind)).toEqual(untouched)
    const next = await ledger.sweeps.claim(tooMuch, 'run-9', minute, 0n)
    expect(next.kind === 'mine' && next.sweep.id).not.toBe(sweepId)
  })

  it('orders deposits by block, index in the block, and log order in the transaction', async () => {
    const { sweepId, wallet } = await swept({ coverableAmount: 61n })
    const put = (txIndex: number, logOrder: number) =>
      ledger.put({ wallet, amount: 1n, blockNumber: 6n, txIndex, logOrder })
    const [third, first, second] = [await put(1, 3), await put(0, 9), await put(1, 2)]
    await ledger.sweeps.close(sweepId)
    expect([await stateOf(first), await stateOf(second), await stateOf(third)]).toEqual([
      doneBy(sweepId),
      untouched,
      untouched,
    ])
  })

  it('covers all deposits before a sweep that emptied the wallet, and no later deposit', async () => {
    const { sweepId, wallet } = await swept({ emptied: true, remainingAmount: 0n })
    const big = await ledger.put({ wallet, amount: 999n, blockNumber: 49n, txIndex: 1 })
    const later = await ledger.put({ wallet, amount: 1n, blockNumber: 50n, txIndex: 3 })
    const latest = await ledger.put({ wallet, amount: 1n, blockNumber: 51n })
    expect(await ledger.sweeps.close(sweepId)).toBe(2)
    expect(await stateOf(big)).toEqual(doneBy(sweepId))
    expect([await stateOf(later), await stateOf(latest)]).toEqual([untouched, untouched])
    // An external transaction took the difference between the sum of the deposits and the balance.
    expect((await ledger.read(big.id)).detail).toMatch(/held 100 of the 1059 \(smallest unit\)/)
  })

  it.each([
    ['of another asset', { asset: 'native' }],
    ['of another chain', { chainId: 56 }],
    ['that is orphaned', { state: 'orphaned' }],
    ['that is not confirmed', { state: 'confirming', confirmedAt: null }],
  ] as const)('does not cover a deposit %s', async (_, more) => {
    const { sweepId, wallet } = await swept({ emptied: true })
    const other = await ledger.put({ wallet, amount: 1n, ...more })
    expect(await ledger.sweeps.close(sweepId)).toBe(1)
    expect((await stateOf(other)).covered).toBe(false)
  })

  it('covers dust that the sweep moved (MONEY 15)', async () => {
    const { sweepId, wallet } = await swept()
    const dust = await ledger.put({ wallet, amount: 1n, state: 'ignored', reason: 'dust' })
    await ledger.sweeps.close(sweepId)
    expect(await stateOf(dust)).toEqual(doneBy(sweepId))
    expect((await ledger.read(dust.id)).reason).toBe('')
  })

  it('covers a deposit once and publishes one event at repeated and simultaneous closes', async () => {
    const { deposit, sweepId } = await swept()
    const many = await Promise.all(Array.from({ length: 6 }, () => ledger.sweeps.close(sweepId)))
    expect([...many].sort()).toEqual([0, 0, 0, 0, 0, 1])
    const late = await ledger.put({ wallet: deposit.wallet, amount: 1n })
    expect(await ledger.sweeps.close(sweepId)).toBe(0)
    expect((await ledger.read(late.id)).covered).toBe(false)
    const events = await ledger.sql`
      select route, body from outbox where body->>'depositId' = ${deposit.id}`
    expect(events).toMatchObject([
      { route: 'sweep.done', body: { seq: 1, data: { sweepId, amount: '60' } } },
    ])
  })

  it('frees lease and lane, and no later call changes the closed row', async () => {
    const { sweepId, wallet } = await swept()
    await ledger.sweeps.close(sweepId)
    const [row] = await ledger.sql`
      select s.outcome, s.lease_holder, l.holder_sweep_id from sweeps s
      join lanes l on l.sender = s.wallet where s.id = ${sweepId} and l.sender = ${wallet}`
    expect(row).toEqual({ outcome: 'swept', lease_holder: null, holder_sweep_id: null })
    await ledger.sweeps.saveOutcome(sweepId, aSweepOutcome(100n, { arrivedAmount: 1n }))
    expect((await ledger.sweeps.find(sweepId))?.outcome?.arrivedAmount).toBe(100n)
    expect(await ledger.sweeps.renew(sweepId, 'run-1', minute)).toBe(false)
  })

  it('leaves a sweep without an outcome open', async () => {
    const { sweep } = await ledger.claimed({ wallet: aWallet() })
    expect(await ledger.sweeps.close(sweep.id)).toBe(0)
    const [row] = await ledger.sql`select closed_at from sweeps where id = ${sweep.id}`
    expect(row?.['closed_at']).toBeNull()
  })

  it.each([
    ['the amount of native coin that no deposit explains', 'native', 100n, '40'],
    ['0 for native coin if the sweep moved only deposits', 'native', 60n, '0'],
    ['null for a token', undefined, 100n, null],
  ] as const)('records %s as returned gas (MONEY 6)', async (_, asset, leftAmount, returned) => {
    const { sweepId } = await swept({ leftAmount }, asset ? { asset } : {})
    await ledger.sweeps.close(sweepId)
    await ledger.sweeps.close(sweepId)
    const [row] = await ledger.sql`select gas_returned_wei from sweeps where id = ${sweepId}`
    expect(row?.['gas_returned_wei']).toBe(returned)
  })

  describe('a deposit that is found late, when its wallet is empty (MONEY 12)', () => {
    const late = (wallet: Address, amount: bigint, more: Partial<Deposit> = {}) =>
      ledger.put({ wallet, amount, blockNumber: 5n, ...more })

    it('is covered by the later sweep that moved its amount', async () => {
      const { sweepId, wallet } = await swept()
      await ledger.sweeps.close(sweepId)
      const deposit = await late(wallet, 40n)
      expect(await ledger.sweeps.coverLate(deposit.id, 0n)).toBe(true)
      expect(await stateOf(deposit)).toEqual(doneBy(sweepId))
      expect(await ledger.sweeps.coverLate(deposit.id, 0n)).toBe(false)
    })

    it.each([
      ['more than the sweep moved beyond its deposits', 41n, {}],
      ['in a block after the sweep', 1n, { blockNumber: 51n }],
      ['orphaned', 1n, { state: 'orphaned' as const }],
    ])('is not covered if it is %s', async (_, amount, more) => {
      const { sweepId, wallet } = await swept()
      await ledger.sweeps.close(sweepId)
      const deposit = await late(wallet, amount, more)
      expect(await ledger.sweeps.coverLate(deposit.id, 0n)).toBe(false)
    })

    it('is not covered if the later sweep reverted', async () => {
      const wallet = aWallet()
      const { sweep } = await ledger.claimed({ wallet })
      await ledger.sql`
        update sweeps set closed_at = now(), outcome = 'reverted' where id = ${sweep.id}`
      expect(await ledger.sweeps.coverLate((await late(wallet, 1n)).id, 0n)).toBe(false)
    })

    it('is not covered if another late deposit already used the sweep’s spare amount', async () => {
      for (let round = 0; round < 5; round += 1) {
        const { sweepId, wallet } = await swept()
        await ledger.sweeps.close(sweepId)
        const both = [await late(wallet, 40n), await late(wallet, 39n)]
        const covered = await Promise.all(both.map(({ id }) => ledger.sweeps.coverLate(id, 0n)))
        expect(covered.filter(Boolean).length).toBe(1)
      }
    })
  })
})
