import { describe, expect, it } from 'vitest'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import { ChainNotServed } from '../../../domain/money-errors.ts'
import type { Claim } from '../../../domain/sweeps/sweep-store.ts'
import { nonRetryableErrors } from '../../../workflows/contract.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { gwei } from '../../harness/factories/a-chain.ts'
import { aHash, aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

/** Returns a bench whose deposit has the given values in its row. */
function benchWith(more: Partial<Deposit> = {}) {
  const bench = activityBench()
  bench.hold(5_000_000n)
  bench.sweeps.put({ ...bench.deposit, ...more })
  return bench
}

describe('planning by the state of the deposit’s row', () => {
  it.each(['done', 'ignored', 'orphaned'] as const)(
    'finishes and releases lease and lane if the deposit is %s',
    async (state) => {
      const { plan, sweeps } = benchWith({ state, reason: '', sweepId: 'sweep-1' })
      expect(await plan()).toEqual({ kind: 'finished', state, reason: '' })
      expect(sweeps.calls).toContain('releaseSweep')
      expect(sweeps.sweeps.size).toBe(0)
    },
  )

  it('waits and opens no sweep if the deposit is not confirmed', async () => {
    const { plan, sweeps, row } = benchWith({ state: 'confirming', reason: '', confirmedAt: null })
    expect(await plan()).toMatchObject({ kind: 'parked', reason: 'confirming' })
    expect([sweeps.sweeps.size, row()?.state]).toEqual([0, 'confirming'])
  })

  it('keeps needs-attention until an operator’s retry (MONEY 17)', async () => {
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
    'closes the old sweep and opens a new sweep at a retry after %s',
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

  it('asks for attention and plans no gas if the wallet’s lane is behind the chain (MONEY 14, 22)', async () => {
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

  it('throws NotYet, not funds-gone, if another attempt of the run emptied the wallet after the claim (MONEY 12)', async () => {
    const { plan, sweeps, lanes, hold, row } = benchWith()
    const claim = sweeps.claim.bind(sweeps)
    sweeps.claim = async (...given) => {
      const claimed = await claim(...given)
      if (claimed.kind !== 'mine') return claimed
      // Another attempt of the same run, with the same lease, sweeps the wallet after the claim.
      lanes.put(aTransaction({ sweepId: claimed.sweep.id, step: 'sweep', state: 'succeeded' }))
      hold(0n)
      return claimed
    }
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
    expect(row()?.state).not.toBe('needs-attention')
  })

  it('throws a non-retryable error for a missing row, and a retryable error for an unserved chain', async () => {
    const { plan, sweeps, deposit } = benchWith()
    expect(await failureOf(plan(`31337:${aHash()}:0`))).toMatchObject({ type: 'BadInput' })
    sweeps.put({ ...deposit, chainId: 1 })
    await expect(plan()).rejects.toThrow(ChainNotServed)
    expect(nonRetryableErrors).not.toContain('ChainNotServed')
  })

  it('asks for attention if the asset is no longer listed', async () => {
    const { plan, row } = benchWith({ asset: `0x${'99'.repeat(20)}` })
    expect(await plan()).toMatchObject({ kind: 'attention', reason: 'unlisted-asset' })
    expect(row()).toMatchObject({ state: 'needs-attention', reason: 'unlisted-asset' })
  })
})

describe('a halted deposit (MONEY 16, 18)', () => {
  const held = (depositId: string, why: string): Halt => ({ kind: 'held', depositId, why })
  const halts: [string, (own: string) => Halt, (own: string) => string][] = [
    ['a missing approval of the deposit', (own) => held(own, 'approval'), () => 'approval'],
    ['a pause of the deposit', (own) => held(own, 'paused by ann'), () => 'paused'],
    [
      'a hold of another deposit',
      () => held('56:0x1:native', 'approval'),
      () => 'held-by 56:0x1:native',
    ],
    ['a pause of the chain', () => ({ kind: 'chain-paused', why: 'x' }), () => 'chain-paused'],
    [
      'a new cold wallet',
      () => ({ kind: 'cold-wallet-changed', recorded: `0x${'12'.repeat(20)}` }),
      () => 'cold-wallet-changed',
    ],
  ]

  it.each(halts)('waits and opens no sweep if halted by %s', async (_, halt, reason) => {
    const { plan, sweeps, row, deposit } = benchWith()
    sweeps.claimed = { kind: 'halted', halt: halt(deposit.id) }
    expect(await plan()).toMatchObject({ kind: 'parked', reason: reason(deposit.id) })
    expect(row()).toMatchObject({ state: 'waiting', reason: reason(deposit.id) })
    expect(sweeps.sweeps.size).toBe(0)
  })

  it.each(halts)(
    'signs neither gas nor sweep if halted after the plan by %s',
    async (_, halt, reason) => {
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
    },
  )
})

describe('planning next to other sweeps and workflows (MONEY 6, 10)', () => {
  const others: [Exclude<Claim, { kind: 'mine' | 'terminal' | 'halted' }>, string][] = [
    [{ kind: 'driven', sweepId: 's' }, 'sweep s'],
    [{ kind: 'lane-held', sweepId: 's' }, 'wallet-lane s'],
  ]
  it.each(others)('waits for the other sweep if the claim is $kind', async (claimed, reason) => {
    const { plan, sweeps, row } = benchWith()
    sweeps.claimed = claimed
    expect(await plan()).toMatchObject({ kind: 'parked', reason })
    expect(row()).toMatchObject({ state: 'waiting', reason })
  })

  it('throws NotYet if the deposit became terminal before the claim, so that the next attempt reads the row again', async () => {
    const { plan, sweeps } = benchWith()
    sweeps.claimed = { kind: 'terminal' }
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet', pauseMs: 1_000 })
  })

  it('makes a native sweep free the lane and wait for the wallet’s token sweeps', async () => {
    const bench = activityBench()
    bench.hold(0n)
    const native = bench.native()
    await bench.planned(native.id)
    bench.sweeps.tokensFirst = true
    expect(await bench.plan(native.id)).toMatchObject({ kind: 'parked', reason: 'tokens-first' })
    expect(bench.sweeps.calls.at(-1)).toBe('releaseSweep')
    expect(await activityBenchToken()).toBe('planned')
  })

  it('throws NotYet until the node has the block of the wallet’s last sweep (MONEY 6)', async () => {
    const { plan, sweeps, fake } = benchWith()
    sweeps.lastMinedBlock = 11n
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
    fake.mine()
    expect((await plan()).kind).toBe('planned')
  })

  it.each([
    ['an unmined gas transaction', aTransaction({ step: 'gas' }), '12'],
    ['an unmined sweep transaction', aTransaction({ step: 'sweep' }), '0'],
    [
      'a sweep transaction that succeeded',
      aTransaction({ step: 'sweep', state: 'succeeded', mined: aMined() }),
      '0',
    ],
  ])('keeps the stored plan if the sweep has %s', async (_, transaction, gasShortWei) => {
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
    [
      'a reverted gas transaction',
      aTransaction({ step: 'gas', state: 'reverted', mined: aMined() }),
    ],
    [
      'a successful gas transaction',
      aTransaction({ step: 'gas', state: 'succeeded', mined: aMined() }),
    ],
    [
      'a reverted sweep transaction',
      aTransaction({ step: 'sweep', state: 'reverted', mined: aMined() }),
    ],
  ])('plans the sweep again after %s', async (_, transaction) => {
    const { plan, sweeps, lanes, planned } = benchWith()
    const { sweepId } = await planned()
    lanes.put({ ...transaction, sweepId })
    sweeps.change(sweepId, { plan: null })
    expect((await plan()).kind).toBe('planned')
    expect((await sweeps.find(sweepId))?.plan).toMatchObject({ amount: 5_000_000n, block: 10n })
  })
})

/**
 * Plans a token sweep while `tokensFirst` is set, and returns the kind of the answer. Only native
 * sweeps wait for tokens, so the answer is `planned`.
 */
async function activityBenchToken() {
  const bench = benchWith()
  bench.sweeps.tokensFirst = true
  return (await bench.plan()).kind
}

it('waits as gas-price and stores no plan if gas costs more than the ceiling (MONEY 8)', async () => {
  const { plan, fake, row, sweeps } = benchWith()
  fake.quote = { ...fake.quote, baseFeeWei: 200n * gwei }
  expect(await plan()).toMatchObject({ kind: 'parked', reason: 'gas-price' })
  expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
  expect(sweeps.calls).not.toContain('savePlan')
})
