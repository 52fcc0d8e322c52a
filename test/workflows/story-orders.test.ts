import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FollowRequest, SweepView } from '../../workflows/contract.ts'
import { type StoryActivities, storyActivities } from '../harness/fakes/story-activities.ts'
import { type OwnWorker, ownWorker } from '../harness/services/own-worker.ts'
import { startSweep } from '../harness/services/start-sweep.ts'
import { eventually } from '../harness/waiting/eventually.ts'

/**
 * Tests the orders skip and approve as updates and signals of a real Temporal server (MONEY 16,
 * 17). deposit-holds.test.ts and skip.test.ts test the effects of both orders on rows.
 */
let worker: OwnWorker
let world: StoryActivities
let asked: FollowRequest[]
let planned: { kind: 'parked' | 'finished'; reason: string }

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
  asked = []
  planned = { kind: 'parked', reason: 'approval' }
  world = storyActivities({
    plan: async () =>
      planned.kind === 'parked'
        ? { kind: 'parked', reason: planned.reason, detail: '' }
        : { kind: 'finished', state: 'ignored', reason: planned.reason },
    followOrder: async (request) => {
      asked.push(request)
      planned = { kind: 'finished', reason: `${request.action} by ${request.operator}` }
      return { kind: 'done', state: '', why: '' }
    },
  })
})

const order = { operator: 'ann', reason: 'looked at it' }
const waits = async (): Promise<WorkflowHandle> => {
  const handle = await startSweep(worker, 'tokenSweep')
  await eventually(
    () => handle.query<SweepView>('state'),
    ({ state }) => state === 'waiting(approval)',
  )
  return handle
}

test.each(['skip', 'approve'])('%s by update changes the row, then wakes the run', async (name) => {
  const handle = await waits()
  const args: [object] = [{ ...order, depositId: 'another', more: 'x' }]
  await handle.executeUpdate<SweepView, typeof args>(name, { args })
  expect(await handle.result()).toBe(`ignored(${name} by ann)`)
  const [{ depositId, ...rest } = { depositId: '' }, ...more] = asked
  expect([rest, more]).toEqual([{ action: name, ...order, id: expect.any(String) }, []])
  expect(handle.workflowId).toContain(depositId.split(':')[1])
})

test.each(['skip', 'approve'])('%s by signal changes the row, then wakes the run', async (name) => {
  const handle = await waits()
  await handle.signal(name, order)
  expect(await handle.result()).toBe(`ignored(${name} by ann)`)
})

test('fails an update without operator or reason, and ignores a signal without them', async () => {
  const handle = await waits()
  for (const name of ['skip', 'approve']) {
    const update = handle.executeUpdate(name, { args: [{ operator: 'ann' }] })
    await expect(update).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/names who gives it and why/) },
    })
    await handle.signal(name, { reason: 'why' })
    await eventually(
      () => handle.query<SweepView>('state'),
      ({ detail }) => detail.includes(`a ${name} without operator`),
    )
  }
  expect(asked).toEqual([])
  await handle.signal('skip', order)
  await handle.result()
})

test('fails the update of a refused order, but not the run', async () => {
  const handle = await waits()
  world.followOrder = async () => ({ kind: 'refused', state: '', why: 'its sweep is signed' })
  const update = handle.executeUpdate('skip', { args: [order] })
  await expect(update).rejects.toMatchObject({
    cause: { message: 'skip refused: its sweep is signed' },
  })
  await handle.signal('skip', order)
  await eventually(
    () => handle.query<SweepView>('state'),
    ({ detail }) => detail === 'skip refused: its sweep is signed',
  )
  planned = { kind: 'finished', reason: 'dust' }
  await handle.signal('laneFree')
  expect(await handle.result()).toBe('ignored(dust)')
})
