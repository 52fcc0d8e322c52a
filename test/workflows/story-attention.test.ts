import { activityInfo } from '@temporalio/activity'
import type { WorkflowHandle } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type SweepInput, type SweepView, sweepWorkflowId } from '../../workflows/contract.ts'
import { type StoryActivities, storyActivities } from '../harness/fakes/story-activities.ts'
import { type OwnWorker, ownWorker } from '../harness/services/own-worker.ts'
import { aSweepInput, startSweep } from '../harness/services/start-sweep.ts'
import { eventually } from '../harness/waiting/eventually.ts'

/**
 * Tests causes of needs-attention and ways out of needs-attention (MONEY 17), on a real Temporal
 * server.
 */
let worker: OwnWorker
let world: StoryActivities
beforeAll(async () => {
  const names = Object.keys(storyActivities()) as (keyof StoryActivities)[]
  const forward = names.map((name) => [
    name,
    (...args: never[]) => (world[name] as (...a: never[]) => unknown)(...args),
  ])
  worker = await ownWorker(Object.fromEntries(forward) as never)
})
afterAll(async () => await worker?.stop())
beforeEach(() => {
  world = storyActivities()
})

const inState = (handle: WorkflowHandle, state: string) =>
  eventually(
    () => handle.query<SweepView>('state'),
    (view) => view.state.startsWith(state),
  )

/** Returns the state that the previous run handed to this run. */
async function goesOnOf(handle: WorkflowHandle): Promise<SweepInput['goesOn']> {
  const { events } = await handle.fetchHistory()
  const [input] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
  return JSON.parse(String(input?.data)).goesOn
}

test('changes to needs-attention after attentionAfterMs if the gas transaction is never mined', async () => {
  const asked: string[] = []
  world.checkGas = async () => ({ kind: 'pending' })
  world.askForAttention = async ({ reason }) => void asked.push(reason)
  const input = aSweepInput()
  const handle = await startSweep(worker, 'tokenSweep', {
    ...input,
    // Each activity also has to end within attentionAfterMs.
    timers: { gasWaitMs: 1_000, recheckMs: 100, attentionAfterMs: 15_000, notYetMs: 50 },
  })
  const view = await inState(handle, 'needs-attention')
  expect(view.state).toBe('needs-attention(waited-too-long the gas transaction is in no block)')
  expect(asked).toEqual(['waited-too-long the gas transaction is in no block'])
  world.checkGas = async () => ({ kind: 'mined' })
  await handle.signal('retryNow', { operator: 'ann', reason: 'gas is cheap again' })
  expect(await handle.result()).toBe('done')
})

test('ignores gasMined without a transaction and orders with a NUL, and continues', async () => {
  world.checkGas = async () => ({ kind: 'pending' })
  const handle = await startSweep(worker, 'tokenSweep')
  await inState(handle, 'funding')
  await handle.signal('gasMined')
  await handle.signal('gasMined', null)
  await handle.signal('retryNow', { operator: 'a\0b', reason: 'x' })
  await eventually(
    () => handle.query<SweepView>('state'),
    (view) => view.detail === 'a retryNow without operator and reason was not followed',
  )
  world.checkGas = async () => ({ kind: 'mined' })
  await handle.signal('laneFree')
  expect(await handle.result()).toBe('done')
})

test('leaves needs-attention without an order if sweepClosed reports that another sweep covered the deposit', async () => {
  const retries: boolean[] = []
  world.plan = async ({ retry }) => {
    retries.push(retry)
    return { kind: 'attention', reason: 'token-refused', detail: '' }
  }
  const handle = await startSweep(worker, 'tokenSweep')
  await inState(handle, 'needs-attention')
  await handle.signal('sweepClosed')
  await eventually(
    () => retries.length,
    (count) => count === 2,
  )
  await inState(handle, 'needs-attention')
  world.plan = async () => ({ kind: 'finished', state: 'done', reason: '' })
  await handle.signal('sweepClosed')
  expect(await handle.result()).toBe('done')
  expect(retries).toEqual([false, false])
})

test('plans again if a wake-up arrives during the plan', async () => {
  let reads = 0
  world.plan = async ({ depositId }) => {
    reads += 1
    if (reads > 1) return { kind: 'finished', state: 'done', reason: '' }
    // Another deposit's sweep covers this deposit after the plan has read the row.
    await worker.client.workflow.getHandle(sweepWorkflowId(depositId)).signal('sweepClosed')
    return { kind: 'attention', reason: 'token-refused', detail: '' }
  }
  const handle = await startSweep(worker, 'tokenSweep')
  expect(await handle.result()).toBe('done')
  expect(reads).toBe(2)
})

test('leaves needs-attention after a wake-up if the deposit’s row has changed (MONEY 17, 22)', async () => {
  world.plan = async () => {
    throw ApplicationFailure.create({ type: 'BadInput', message: 'no deposit in the database' })
  }
  const timers = { gasWaitMs: 50, recheckMs: 50, attentionAfterMs: 60_000, notYetMs: 50 }
  const handle = await startSweep(worker, 'tokenSweep', { ...aSweepInput(), timers })
  await inState(handle, 'needs-attention')
  // Simulates a database that was restored from a backup: the scanner has read the deposit again,
  // and `adopt` wakes this run.
  world.plan = storyActivities().plan
  await handle.signal('sweepClosed')
  expect(await handle.result()).toBe('done')
})

test('continues a wait in a new run with the same deadline if the history is too large (MONEY 17)', async () => {
  const runs = new Set<string>()
  const order = { operator: 'ann', reason: 'refilled' }
  const parked = { kind: 'parked', reason: 'keeper-low', detail: '' } as const
  world.plan = async () => {
    const { workflowId = '', runId } = activityInfo().workflowExecution ?? {}
    const { client } = worker
    if (runs.size === 0) await client.workflow.getHandle(workflowId).signal('retryNow', order)
    runs.add(String(runId))
    // The server suggests a continue-as-new at 4 MiB of history.
    return runs.size === 1 ? { ...parked, padding: 'x'.repeat(1_000_000) } : parked
  }
  const timers = { gasWaitMs: 50, recheckMs: 20, attentionAfterMs: 600_000, notYetMs: 50 }
  const input = { ...aSweepInput(), timers }
  const handle = await startSweep(worker, 'tokenSweep', input)
  const first = await handle.describe()
  await eventually(
    () => runs.size,
    (count) => count === 2,
  )
  const second = worker.client.workflow.getHandle(handle.workflowId, [...runs][1])
  const { startTime } = await second.describe()
  const goesOn = await goesOnOf(second)
  // A reset of the first run repeats the orders of both runs, so the second run also counts the
  // order of the first run.
  const heard = { [JSON.stringify(['retryNow', 'ann', 'refilled', null])]: 1 }
  expect(goesOn).toEqual({ waitingSince: expect.any(Number), ordered: false, heard })
  expect(goesOn?.waitingSince).toBeGreaterThanOrEqual(first.startTime.getTime())
  expect(goesOn?.waitingSince).toBeLessThan(startTime.getTime())
  await handle.terminate()
})

test.each([
  ['a wait that is past its deadline', { waitingSince: 0, ordered: false }, [false]],
  ['an order that is not followed yet', { waitingSince: Date.now(), ordered: true }, [true]],
])('a continued run takes over %s', async (_, goesOn, orders) => {
  const retries: boolean[] = []
  world.plan = async ({ retry }) => {
    retries.push(retry)
    return { kind: 'parked', reason: 'keeper-low', detail: '' }
  }
  const handle = await startSweep(worker, 'tokenSweep', { ...aSweepInput(), goesOn })
  await inState(handle, goesOn.ordered ? 'waiting' : 'needs-attention(waited-too-long keeper-low)')
  expect(retries).toEqual(orders)
  await handle.terminate()
})
