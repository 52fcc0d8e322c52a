import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withHeartbeat } from '../../../activities/step/run-step.ts'
import {
  type ActivitySlots,
  createActivitySlots,
} from '../../../adapters/temporal/activity-slots.ts'
import { NotYet } from '../../../domain/money-errors.ts'
import type { SweepRequest, Swept } from '../../../workflows/contract.ts'
import { storyActivities } from '../../harness/fakes/story-activities.ts'
import { type OwnWorker, ownWorker } from '../../harness/services/own-worker.ts'
import { aSweepInput, startSweep } from '../../harness/services/start-sweep.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { eventCount } from '../../harness/worlds/follow.ts'

const atWork = 3
const waiting = 15

let slots: ActivitySlots
let worker: OwnWorker
let final: boolean
let polls: Map<string, number>
/** Deposit whose transaction is final at once. */
let fresh: string

/** Activities of a token whose transaction is not final before `final` is set. */
function activities() {
  const story = storyActivities()
  const sweep = async (request: SweepRequest): Promise<Swept> => {
    polls.set(request.depositId, (polls.get(request.depositId) ?? 0) + 1)
    if (!final && request.depositId !== fresh)
      throw new NotYet('the sweep is in block 7, not final yet')
    return (await story.sweep(request)) as Swept
  }
  return {
    ...story,
    plan: async () => ({
      kind: 'planned' as const,
      sweepId: 's',
      amount: '1 ETH',
      gasShortWei: '0',
    }),
    sweep: withHeartbeat(
      sweep,
      () => 200,
      async () => {},
      { workMs: 60_000, rest: slots.rest },
    ),
  }
}

const pendingOf = async (handle: WorkflowHandle) =>
  (await handle.describe()).raw.pendingActivities ?? []

beforeAll(async () => {
  slots = createActivitySlots({ atWork, mostResting: 1_000 })
  final = false
  polls = new Map()
  fresh = ''
  worker = await ownWorker(activities() as never, undefined, slots)
})
afterAll(async () => await worker?.stop())

describe('a sweep that waits for finality', () => {
  it('shows one running attempt without a failure, while more sweeps wait than there are slots', async () => {
    const handles = await Promise.all(
      Array.from({ length: waiting }, () => startSweep(worker, 'nativeSweep')),
    )
    // Every sweep polls repeatedly, although only `atWork` of them may work at a time.
    await eventually(
      async () => [...polls.values()],
      (counts) => counts.length === waiting && counts.every((count) => count > 2),
    )
    for (const handle of handles) {
      const [pending, ...more] = await pendingOf(handle)
      expect(more).toEqual([])
      expect(pending?.activityType?.name).toBe('sweep')
      expect(pending?.attempt).toBe(1)
      expect(pending?.lastFailure ?? null).toBeNull()
    }
    const input = aSweepInput()
    fresh = input.depositId
    expect(await (await startSweep(worker, 'nativeSweep', input)).result()).toBe('done')
    final = true
    for (const handle of handles) {
      expect(await handle.result()).toBe('done')
      expect(eventCount(await handle.fetchHistory())).toBeLessThanOrEqual(22)
    }
  })

  it('ends its attempt at once when the worker stops, and another worker continues it', async () => {
    final = false
    const input = aSweepInput()
    const handle = await startSweep(worker, 'nativeSweep', input)
    await eventually(
      async () => polls.get(input.depositId) ?? 0,
      (count) => count > 1,
    )
    const started = Date.now()
    await worker.stop()
    expect(Date.now() - started).toBeLessThan(4_000)
    slots = createActivitySlots({ atWork, mostResting: 1_000 })
    final = true
    worker = await ownWorker(activities() as never, worker.taskQueue, slots)
    const { client } = worker
    expect(await client.workflow.getHandle(handle.workflowId).result()).toBe('done')
  })
})
