import { beforeEach, describe, expect, it } from 'vitest'
import { BadInput, NotYet } from '../../../domain/money-errors.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'

type Bench = ReturnType<typeof activityBench>

/**
 * The bench passes the heartbeat details of one attempt to the next attempt, as Temporal does. A
 * step counts its failures in these details.
 */
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

  it('keeps the lane for two failures, and at the third frees the lane and stores state, reason and detail', async () => {
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

  it('claims the sweep and frees the lane again at each later failure, and continues once the cause is fixed', async () => {
    for (const _ of [1, 2, 3, 4]) await failed()
    expect(lease()).toEqual([null])
    expect(bench.row()?.detail).toMatch(/^try 4 failed; /)
    failure = undefined
    expect(await bench.plan()).toMatchObject({ kind: 'planned' })
    expect(bench.row()).toMatchObject({ state: 'sweeping', reason: '', detail: '' })
    expect(lease()).toEqual([sweepWorkflowId(bench.deposit.id)])
  })

  it('records the error if the step fails before the claim, without a lane to free', async () => {
    bench.chain.state.minedNonce = async () => {
      throw new Error('no node')
    }
    for (const _ of [1, 2, 3, 4]) expect(await failed()).toMatchObject({ type: 'Error' })
    expect(bench.sweeps.calls).toContain(
      `noteStepError ${bench.deposit.id} try 3 failed; retrying: Error: no node`,
    )
  })

  it('rethrows a non-retryable error at the first failure, and keeps the deposit’s state', async () => {
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
