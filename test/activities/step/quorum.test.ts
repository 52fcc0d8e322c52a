import { describe, expect, it } from 'vitest'
import { QuorumDisagrees, QuorumShort } from '../../../domain/errors.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'

const errors = [
  ['QuorumShort', () => new QuorumShort('too few'), 'parked', 'waiting', 'rpc-quorum'],
  [
    'QuorumDisagrees',
    () => new QuorumDisagrees('endpoint 2 lies'),
    'attention',
    'needs-attention',
    'rpc-disagreement',
  ],
] as const

describe.each(errors)('a step that fails with %s (MONEY 20)', (_, error, kind, state, reason) => {
  const fails = async () => {
    throw error()
  }

  it('stops without a signature while it plans a sweep', async () => {
    const bench = activityBench()
    bench.hold(5_000_000n)
    bench.fake.tokenBalance = fails
    expect(await bench.plan()).toMatchObject({ kind, reason })
    expect(bench.row()).toMatchObject({ state, reason, detail: error().message })
    expect(bench.sweeps.calls).toContain('releaseSweep')
    expect(bench.lanes.transactions).toEqual([])
  })

  it('stops without a signature while it funds gas', async () => {
    const bench = activityBench()
    bench.hold(5_000_000n, 0n)
    const request = await bench.planned()
    bench.fake.nativeBalance = fails
    expect(await bench.fundGas(request)).toMatchObject({ kind, reason })
    expect(bench.row()).toMatchObject({ state, reason })
    expect(bench.lanes.transactions).toEqual([])
  })

  it('stops while it checks the gas transaction', async () => {
    const bench = activityBench()
    bench.hold(5_000_000n, 0n)
    const request = await bench.planned()
    await bench.fundGas(request)
    bench.fake.receipt = fails
    expect(await bench.checkGas(request)).toMatchObject({ kind, reason })
    expect(bench.row()).toMatchObject({ state, reason })
  })

  it('stops before it signs a sweep, and later before it stores the outcome of the sweep', async () => {
    const bench = activityBench()
    bench.hold(5_000_000n)
    const request = await bench.planned()
    const { tokenBalance } = bench.fake
    bench.fake.tokenBalance = fails
    expect(await bench.sweep(request)).toMatchObject({ kind, reason })
    expect(bench.lanes.transactions).toEqual([])
    bench.fake.tokenBalance = tokenBalance
    await failureOf(bench.sweep(request))
    const signed = bench.sweepTransaction()
    if (!signed) throw new Error('nothing was signed')
    await bench.endAs(signed, 'succeeded')
    bench.fake.receipt = fails
    expect(await bench.sweep(request)).toMatchObject({ kind, reason })
    expect(bench.sweeps.sweeps.get(request.sweepId)).toMatchObject({ closed: false })
  })

  it('stops while it follows a live sweep, on a chain with several endpoints', async () => {
    const bench = activityBench({ endpointCount: 3 })
    bench.hold(5_000_000n)
    const request = await bench.planned()
    await failureOf(bench.sweep(request))
    bench.fake.receipt = fails
    expect(await bench.sweep(request)).toMatchObject({ kind, reason })
    expect(bench.row()).toMatchObject({ state, reason })
  })
})

it('waits as rpc-quorum if the nodes are behind the deposit’s block', async () => {
  const bench = activityBench()
  const { number } = await bench.fake.head()
  bench.sweeps.put({ ...bench.deposit, blockNumber: number + 1n })
  expect(await bench.plan()).toMatchObject({ kind: 'parked', reason: 'rpc-quorum' })
  expect(bench.row()).toMatchObject({ state: 'waiting', reason: 'rpc-quorum' })
})
