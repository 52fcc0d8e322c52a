import { describe, expect, it } from 'vitest'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import { ChainNotServed } from '../../../domain/money-errors.ts'
import type { Claim } from '../../../domain/sweeps/sweep-store.ts'
import { nonRetryableErrors } from '../../../workflows/contract.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { gwei } from '../../harness/factories/a-chain.ts'
import { aHash, aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

/** A bench whose deposit's row says this. */
function benchWith(more: Partial<Deposit> = {}) {
  const bench = activityBench()
  bench.hold(5_000_000n)
  bench.sweeps.put({ ...bench.deposit, ...more })
  return bench
}

describe('the deposit’s row decides first', () => {
  it.each(['done', 'ignored', 'orphaned'] as const)(
    '%s: finished, and what it held is let go',
    async (state) => {
      const { plan, sweeps } = benchWith({ state, reason: '', sweepId: 'sweep-1' })
      expect(await plan()).toEqual({ kind: 'finished', state, reason: '' })
      expect(sweeps.calls).toContain('letGo')
      expect(sweeps.sweeps.size).toBe(0)
    },
  )

  it('not confirmed: it waits, and nothing is opened', async () => {
    const { plan, sweeps, row } = benchWith({ state: 'confirming', reason: '', confirmedAt: null })
    expect(await plan()).toMatchObject({ kind: 'parked', reason: 'confirming' })
    expect([sweeps.sweeps.size, row()?.state]).toEqual([0, 'confirming'])
  })

  it('needs attention: it stays so until an operator asks (MONEY 17)', async () => {
    const { plan, sweeps } = benchWith({
      state: 'needs-attention',
      reason: 'funds-gone',
      detail: 'why',
    })
    expect(await plan()).toEqual({ kind: 'attention', reason: 'funds-gone', detail: 'why' })
    expect(sweeps.sweeps.size).toBe(0)
    expect(await plan(undefined, true)).toMatchObject({ kind: 'planned' })
    expect(sweeps.calls.filter((call) => call.startsWith('giveUp'))).toEqual([])
  })

  it.each(['token-refused', 'reverted', 'displaced', 'rounds-exhausted'])(
    'retried after %s: its sweep has nothing left to try, so another begins',
    async (reason) => {
      const bench = benchWith()
      const { sweepId } = await bench.planned()
      const row = bench.row()
      if (row) bench.sweeps.put({ ...row, state: 'needs-attention', reason })
      const again = await bench.plan(undefined, true)
      expect(bench.sweeps.calls).toContain(`giveUp ${reason}`)
      expect(again.kind === 'planned' && again.sweepId).not.toBe(sweepId)
    },
  )

  it('a wallet whose lane is behind the chain asks a person, and no gas is planned for it (MONEY 14, 22)', async () => {
    const { plan, sweeps, row } = benchWith()
    sweeps.claimed = { kind: 'lane-behind', why: 'a transaction of this address is not ours' }
    expect(await plan()).toMatchObject({ kind: 'attention', reason: 'lane-behind' })
    expect(row()).toMatchObject({
      state: 'needs-attention',
      reason: 'lane-behind',
      detail: 'a transaction of this address is not ours: see "coldsweep recover"',
    })
    expect(sweeps.calls).not.toContain('savePlan')
  })

  it('signed since its claim, while this process slept: an empty wallet is no theft (MONEY 12)', async () => {
    const { plan, sweeps, lanes, hold, row } = benchWith()
    const claim = sweeps.claim.bind(sweeps)
    sweeps.claim = async (...given) => {
      const claimed = await claim(...given)
      if (claimed.kind !== 'mine') return claimed
      // Another try of the same run, with the same lease, has planned, signed and arrived.
      lanes.put(aTransaction({ sweepId: claimed.sweep.id, step: 'sweep', state: 'succeeded' }))
      hold(0n)
      return claimed
    }
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
    expect(row()?.state).not.toBe('needs-attention')
  })

  it('no row: a non-retryable error; a chain that this worker does not serve: retryable on another one', async () => {
    const { plan, sweeps, deposit } = benchWith()
    expect(await failureOf(plan(`31337:${aHash()}:0`))).toMatchObject({ type: 'BadInput' })
    sweeps.put({ ...deposit, chainId: 1 })
    await expect(plan()).rejects.toThrow(ChainNotServed)
    expect(nonRetryableErrors).not.toContain('ChainNotServed')
  })

  it('asks a person about an asset that is no longer listed', async () => {
    const { plan, row } = benchWith({ asset: `0x${'99'.repeat(20)}` })
    expect(await plan()).toMatchObject({ kind: 'attention', reason: 'unlisted-asset' })
    expect(row()).toMatchObject({ state: 'needs-attention', reason: 'unlisted-asset' })
  })
})

describe('a held deposit is neither planned nor signed (MONEY 16, 18)', () => {
  const held = (depositId: string, why: string): Halt => ({ kind: 'held', depositId, why })
  const halts: [string, (own: string) => Halt, (own: string) => string][] = [
    ['its own approval', (own) => held(own, 'approval'), () => 'approval'],
    ['a pause by hand', (own) => held(own, 'paused by ann'), () => 'paused'],
    ['another deposit’s', () => held('56:0x1:native', 'approval'), () => 'held-by 56:0x1:native'],
    ['its chain’s pause', () => ({ kind: 'chain-paused', why: 'x' }), () => 'chain-paused'],
    [
      'a new cold wallet',
      () => ({ kind: 'cold-wallet-changed', recorded: `0x${'12'.repeat(20)}` }),
      () => 'cold-wallet-changed',
    ],
  ]

  it.each(halts)('%s: the plan parks and opens nothing', async (_, halt, reason) => {
    const { plan, sweeps, row, deposit } = benchWith()
    sweeps.claimed = { kind: 'halted', halt: halt(deposit.id) }
    expect(await plan()).toMatchObject({ kind: 'parked', reason: reason(deposit.id) })
    expect(row()).toMatchObject({ state: 'waiting', reason: reason(deposit.id) })
    expect(sweeps.sweeps.size).toBe(0)
  })

  it.each(halts)('%s, after the plan: neither gas nor sweep is signed', async (_, halt, reason) => {
    const bench = benchWith()
    const request = await bench.planned()
    bench.lanes.halt = halt(bench.deposit.id)
    const parked = { kind: 'parked', reason: reason(bench.deposit.id) }
    expect(await bench.sweep(request)).toMatchObject(parked)
    bench.fake.setBalance(bench.wallet, 0n)
    bench.lanes.halt = undefined
    const again = await bench.planned()
    bench.lanes.halt = halt(bench.deposit.id)
    expect(await bench.fundGas(again)).toMatchObject(parked)
    expect(bench.lanes.transactions).toEqual([])
  })
})

describe('other sweeps and workflows decide next (MONEY 6, 10)', () => {
  const others: [Exclude<Claim, { kind: 'mine' | 'terminal' | 'halted' }>, string][] = [
    [{ kind: 'driven', sweepId: 's' }, 'sweep s'],
    [{ kind: 'lane-held', sweepId: 's' }, 'wallet-lane s'],
  ]
  it.each(others)(
    '$kind: it waits for that, and what it held is let go',
    async (claimed, reason) => {
      const { plan, sweeps, row } = benchWith()
      sweeps.claimed = claimed
      expect(await plan()).toMatchObject({ kind: 'parked', reason })
      expect(row()).toMatchObject({ state: 'waiting', reason })
    },
  )

  it('settled in this moment: the row is read again', async () => {
    const { plan, sweeps } = benchWith()
    sweeps.claimed = { kind: 'terminal' }
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet', pauseMs: 1_000 })
  })

  it('native lets the wallet’s tokens go first, and holds no lane meanwhile', async () => {
    const bench = activityBench()
    bench.hold(0n)
    const native = bench.native()
    await bench.planned(native.id)
    bench.sweeps.tokensFirst = true
    expect(await bench.plan(native.id)).toMatchObject({ kind: 'parked', reason: 'tokens-first' })
    expect(bench.sweeps.calls.at(-1)).toBe('letGo')
    expect(await activityBenchToken()).toBe('planned')
  })

  it('balances are read at or after the block of the wallet’s last sweep (MONEY 6)', async () => {
    const { plan, sweeps, fake } = benchWith()
    sweeps.lastMinedBlock = 11n
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
    fake.mine()
    expect((await plan()).kind).toBe('planned')
  })

  it.each([
    ['gas on its way', aTransaction({ step: 'gas' }), '12'],
    ['its sweep in flight', aTransaction({ step: 'sweep' }), '0'],
    [
      'its sweep done on the chain',
      aTransaction({ step: 'sweep', state: 'succeeded', mined: aMined() }),
      '0',
    ],
  ])('with %s the plan of the signature stays', async (_, transaction, gasShortWei) => {
    const { plan, sweeps, lanes, planned, fake } = benchWith()
    const { sweepId } = await planned()
    lanes.put({ ...transaction, sweepId })
    const stored = { amount: 7_000_000n, block: 3n, gasLimit: 1n, feeCapWei: 1n, gasShortWei: 12n }
    sweeps.change(sweepId, { plan: stored })
    fake.quote = { ...fake.quote, baseFeeWei: 10n ** 18n }
    expect(await plan()).toEqual({ kind: 'planned', sweepId, amount: '7 USDT', gasShortWei })
    expect((await sweeps.find(sweepId))?.plan).toEqual(stored)
  })

  it.each([
    ['gas that reverted', aTransaction({ step: 'gas', state: 'reverted', mined: aMined() })],
    ['gas that came', aTransaction({ step: 'gas', state: 'succeeded', mined: aMined() })],
    ['a sweep that reverted', aTransaction({ step: 'sweep', state: 'reverted', mined: aMined() })],
  ])('after %s the sweep is planned again', async (_, transaction) => {
    const { plan, sweeps, lanes, planned } = benchWith()
    const { sweepId } = await planned()
    lanes.put({ ...transaction, sweepId })
    sweeps.change(sweepId, { plan: null })
    expect((await plan()).kind).toBe('planned')
    expect((await sweeps.find(sweepId))?.plan).toMatchObject({ amount: 5_000_000n, block: 10n })
  })
})

/** A token of the same bench is not held up by tokens. */
async function activityBenchToken() {
  const bench = benchWith()
  bench.sweeps.tokensFirst = true
  return (await bench.plan()).kind
}

it('gas above the chain’s ceiling: it waits under it, with nothing planned (MONEY 8)', async () => {
  const { plan, fake, row, sweeps } = benchWith()
  fake.quote = { ...fake.quote, baseFeeWei: 200n * gwei }
  expect(await plan()).toMatchObject({ kind: 'parked', reason: 'gas-price' })
  expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
  expect(sweeps.calls).not.toContain('savePlan')
})
