import { beforeEach, describe, expect, it } from 'vitest'
import { BadInput, NotYet } from '../../../domain/money-errors.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'

type Bench = ReturnType<typeof activityBench>

/** Each attempt sees the heartbeat details of the previous attempt, as in Temporal. */
describe('a step that keeps failing', () => {
  let bench: Bench
  let failure: Error | undefined
  beforeEach(() => {
    bench = activityBench()
    bench.hold(5_000_000n)
    const simulate = bench.chain.state.simulate.bind(bench.chain.state)
    failure = new Error('504 at https://node.example/secret')
    bench.chain.state.simulate = async (call, block) => {
      if (failure) throw failure
      return await simulate(call, block)
    }
  })
  const lease = () => [...bench.sweeps.sweeps.values()].map(({ leaseHolder }) => leaseHolder)
  const failed = () => failureOf(bench.plan())

  it('keeps the lane for two failures, and frees it after the third with state, reason and detail', async () => {
    for (const _ of [1, 2]) {
      expect(await failed()).toMatchObject({ type: 'Error' })
      expect(lease()).toEqual([sweepWorkflowId(bench.deposit.id)])
    }
    expect(await failed()).toMatchObject({ type: 'Error' })
    const detail = 'try 3 failed; retrying: Error: 504 at <url>'
    expect(lease()).toEqual([null])
    expect(bench.row()).toMatchObject({ state: 'waiting', reason: 'step-failed plan', detail })
  })

  it('does not count NotYet as a failure', async () => {
    const broken = failure
    for (const _ of [1, 2, 3, 4]) {
      failure = new NotYet('the node is behind')
      expect(await failed()).toMatchObject({ type: 'NotYet' })
    }
    failure = broken
    for (const _ of [1, 2]) {
      expect(await failed()).toMatchObject({ type: 'Error' })
      expect(lease()).toEqual([sweepWorkflowId(bench.deposit.id)])
    }
    await failed()
    expect(lease()).toEqual([null])
  })

  it('claims its sweep and frees the lane at each attempt, and continues once the cause is fixed', async () => {
    for (const _ of [1, 2, 3, 4]) await failed()
    expect(lease()).toEqual([null])
    expect(bench.row()?.detail).toMatch(/^try 4 failed; /)
    failure = undefined
    expect(await bench.plan()).toMatchObject({ kind: 'planned' })
    expect(bench.row()).toMatchObject({ state: 'sweeping', reason: '', detail: '' })
    expect(lease()).toEqual([sweepWorkflowId(bench.deposit.id)])
  })

  it('records the error of a failure before the claim, when there is no lane to free', async () => {
    bench.chain.state.minedNonce = async () => {
      throw new Error('no node')
    }
    for (const _ of [1, 2, 3, 4]) expect(await failed()).toMatchObject({ type: 'Error' })
    expect(bench.sweeps.calls).toContain(
      `noteStepError ${bench.deposit.id} try 3 failed; retrying: Error: no node`,
    )
  })

  it('throws a non-retryable error at the first failure, and keeps the state', async () => {
    failure = new BadInput('a wrong configuration')
    expect(await failed()).toMatchObject({ type: 'BadInput' })
    expect(bench.row()).toMatchObject({ state: 'waiting', reason: 'queued' })
  })

  it('frees the lane after three failures of fundGas', async () => {
    failure = undefined
    bench.hold(5_000_000n, 0n)
    const request = await bench.planned()
    bench.chain.state.feeQuote = async () => {
      throw new Error('limit exceeded')
    }
    for (const _ of [1, 2, 3]) await failureOf(bench.fundGas(request))
    expect(bench.row()).toMatchObject({ state: 'waiting', reason: 'step-failed fundGas' })
    expect(lease()).toEqual([null])
  })

  it('keeps the lane of a sweep with a live transaction', async () => {
    failure = undefined
    const request = await bench.planned()
    await failureOf(bench.sweep(request))
    expect(bench.sweepTransaction()).toMatchObject({ state: 'live' })
    bench.chain.state.feeQuote = async () => {
      throw new Error('limit exceeded')
    }
    for (const _ of [1, 2, 3, 4]) {
      expect(await failureOf(bench.sweep(request))).toMatchObject({ type: 'Error' })
    }
    expect(lease()).toEqual([sweepWorkflowId(bench.deposit.id)])
    expect(bench.row()).toMatchObject({ state: 'confirming-sweep' })
  })
})
