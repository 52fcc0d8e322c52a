import { describe, expect, it } from 'vitest'
import { TemporalRefused, TemporalUnreachable } from '../../domain/errors.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { activityBench } from '../harness/benches/activity-bench.ts'
import { aWorkMessage } from '../harness/factories/a-work-message.ts'

describe('the activities that record orders and reasons, and adopt', () => {
  it('askForAttention records the reason that the workflow found, and releases lease and lane', async () => {
    const { planned, hold, inContext, activities, row, sweeps, deposit, log } = activityBench()
    hold(5_000_000n)
    await planned()
    const reason = 'waited-too-long keeper-low'
    await inContext(() =>
      activities.askForAttention({ depositId: deposit.id, reason, detail: 'nothing helped' }),
    )
    expect(row()).toMatchObject({ state: 'needs-attention', reason, detail: 'nothing helped' })
    expect(sweeps.calls.at(-1)).toBe('releaseSweep')
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { reason } })
  })

  it('noteOrder records an operator’s order with operator and reason', async () => {
    const { inContext, activities, sweeps, deposit } = activityBench()
    const order = { action: 'retry', operator: 'ann', reason: 'token unpaused' }
    const request = { depositId: deposit.id, id: 'the first', ...order }
    expect(await inContext(() => activities.noteOrder(request))).toBe('new')
    expect(sweeps.orders).toEqual([
      { ...order, subject: deposit.id, id: 'the first', runId: 'run' },
    ])
  })

  it('followOrder executes an operator’s skip and returns the answer of the store', async () => {
    const { inContext, activities, world, deposit } = activityBench()
    const order = { depositId: deposit.id, action: 'skip', operator: 'ann', reason: 'r' } as const
    expect(await inContext(() => activities.followOrder(order))).toMatchObject({ kind: 'done' })
    world.ordered = { kind: 'refused', state: 'sweeping', why: 'it is signed' }
    expect(await inContext(() => activities.followOrder(order))).toEqual(world.ordered)
  })

  it('adopt starts a run for each deposit without a run', async () => {
    const { inContext, activities, world, metrics } = activityBench()
    const [one, two] = [aWorkMessage(), aWorkMessage()]
    world.adopted = [
      { message: one, needsAttention: false },
      { message: two, needsAttention: true },
    ]
    expect(await inContext(() => activities.adoptDeposits())).toBe(2)
    expect(world.started).toEqual([one, two])
    // The deposit may have a run that still waits although the row has changed, so adopt wakes the
    // run. Adopt does not wake the run of a deposit whose row needs attention.
    expect(world.woken.map(({ workflowId }) => workflowId)).toEqual([
      sweepWorkflowId(one.depositId),
    ])
    expect(metrics.counts.get('coldsweep_adopted_total')).toBe(2)
  })
  it('adopt settles a small deposit without a run (MONEY 15)', async () => {
    const { inContext, activities, world, deposit } = activityBench()
    const message = aWorkMessage({ depositId: deposit.id })
    world.adopted = [{ message, needsAttention: false }]
    world.settled.add(deposit.id)
    expect(await inContext(() => activities.adoptDeposits())).toBe(0)
    expect(world.started).toEqual([])
  })

  it('adopt finishes interrupted closes, and one that fails blocks no deposit', async () => {
    const { inContext, activities, sweeps } = activityBench()
    const closed: string[] = []
    sweeps.interruptedCloses = async () => ['one', 'two']
    sweeps.close = async (id) => {
      if (id === 'one') throw new Error('more are left')
      closed.push(id)
      return 1
    }
    expect(await inContext(() => activities.adoptDeposits())).toBe(0)
    expect(closed).toEqual(['two'])
  })

  it('adopt logs a deposit that Temporal refuses and starts the other runs, but fails if Temporal is unreachable', async () => {
    const { inContext, activities, world, log } = activityBench()
    const [one, two] = [aWorkMessage(), aWorkMessage()]
    world.adopted = [one, two].map((message) => ({ message, needsAttention: true }))
    world.startFails = (message) =>
      message === one ? new TemporalRefused('Temporal refused: bad attribute') : undefined
    expect(await inContext(() => activities.adoptDeposits())).toBe(1)
    expect(world.started).toEqual([two])
    expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { deposit: one.depositId } },
    ])
    world.startFails = () => new TemporalUnreachable('away')
    await expect(inContext(() => activities.adoptDeposits())).rejects.toThrow('away')
  })
})
