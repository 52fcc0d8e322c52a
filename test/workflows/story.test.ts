import { ApplicationFailure } from '@temporalio/activity'
import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SweepView } from '../../workflows/contract.ts'
import { type StoryActivities, storyActivities } from '../harness/fakes/story-activities.ts'
import { type OwnWorker, ownWorker } from '../harness/services/own-worker.ts'
import { aSweepInput, startSweep } from '../harness/services/start-sweep.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { eventCount } from '../harness/worlds/follow.ts'

/**
 * Tests workflows on a real Temporal server. The activities are fakes, because these tests check
 * only the order of the steps.
 */
let worker: OwnWorker
let world: StoryActivities
let calls: string[]

beforeAll(async () => {
  const forward = Object.fromEntries(
    Object.keys(storyActivities()).map((name) => [
      name,
      (...args: never[]) => {
        calls.push(name)
        return (world[name as keyof StoryActivities] as (...a: never[]) => unknown)(...args)
      },
    ]),
  )
  worker = await ownWorker(forward as never)
})
afterAll(async () => await worker?.stop())
beforeEach(() => {
  world = storyActivities()
  calls = []
})

const countEvents = async (handle: WorkflowHandle) => eventCount(await handle.fetchHistory())
const stateOf = (handle: WorkflowHandle) => handle.query<SweepView>('state')
const inState = (handle: WorkflowHandle, state: string) =>
  eventually(
    () => stateOf(handle),
    (view) => view.state.startsWith(state),
  )
const gasKey = '7f6c0a52-0000-4000-8000-000000000001:gas:1'

async function afterFunding(handle: WorkflowHandle): Promise<void> {
  await eventually(
    () => stateOf(handle),
    (view) => view.transactions.some((t) => t.step === 'gas' && t.outcome === 'sent'),
  )
}

test('runs a token sweep that waits for its gas signal with at most 32 events', async () => {
  const handle = await startSweep(worker, 'tokenSweep')
  await afterFunding(handle)
  await handle.signal('gasMined', { transactionKey: gasKey })
  expect(await handle.result()).toBe('done')
  expect(await countEvents(handle)).toBeLessThanOrEqual(32)
  expect(calls).toEqual(['plan', 'fundGas', 'sweep', 'recordSweep'])
})

test('runs a native sweep with at most 22 events', async () => {
  world.plan = async () => ({ kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' })
  const handle = await startSweep(worker, 'nativeSweep')
  expect(await handle.result()).toBe('done')
  expect(await countEvents(handle)).toBeLessThanOrEqual(22)
})

test('retries a step that throws NotYet without further events in the history', async () => {
  world.plan = async () => ({ kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' })
  const { sweep } = world
  let looks = 0
  world.sweep = async (request) => {
    looks += 1
    if (looks < 5) {
      throw ApplicationFailure.create({ type: 'NotYet', message: 'soon', nextRetryDelay: 20 })
    }
    return await sweep(request)
  }
  const handle = await startSweep(worker, 'nativeSweep')
  expect(await handle.result()).toBe('done')
  expect(looks).toBe(5)
  expect(await countEvents(handle)).toBeLessThanOrEqual(22)
})

test('checks the receipt when the timer ends without a gas signal', async () => {
  const input = aSweepInput()
  const handle = await startSweep(worker, 'tokenSweep', {
    ...input,
    timers: { ...input.timers, gasWaitMs: 50 },
  })
  expect(await handle.result()).toBe('done')
  expect(calls).toEqual(['plan', 'fundGas', 'checkGas', 'sweep', 'recordSweep'])
})

test('continues its wait after a signal for another transaction', async () => {
  const handle = await startSweep(worker, 'tokenSweep')
  await afterFunding(handle)
  await handle.signal('gasMined', { transactionKey: 'another:gas:1' })
  await handle.signal('gasMined', { transactionKey: gasKey })
  expect(await handle.result()).toBe('done')
  expect(calls.filter((name) => name === 'checkGas')).toEqual([])
})

test('does not wait for a gas transaction that is mined according to the cache', async () => {
  const { fundGas } = world
  world.fundGas = async (request) => ({ ...(await fundGas(request)), mined: true }) as never
  const handle = await startSweep(worker, 'tokenSweep')
  expect(await handle.result()).toBe('done')
  expect(calls).toEqual(['plan', 'fundGas', 'sweep', 'recordSweep'])
})

test('continues a sweep that waits for the keeper when keeperRefilled wakes it', async () => {
  let short = true
  const { fundGas } = world
  world.fundGas = async (request) =>
    short
      ? { kind: 'parked', reason: 'keeper-low', detail: '' }
      : ({ ...(await fundGas(request)), mined: true } as never)
  const handle = await startSweep(worker, 'tokenSweep')
  expect((await inState(handle, 'waiting')).state).toBe('waiting(keeper-low)')
  short = false
  await handle.signal('keeperRefilled')
  expect(await handle.result()).toBe('done')
})

test('plans a waiting sweep again when its timer ends without a wake-up', async () => {
  let looks = 0
  const { plan } = world
  world.plan = async (request) => {
    looks += 1
    return looks < 3
      ? { kind: 'parked', reason: 'gas-price', detail: '' }
      : ({ ...(await plan(request)), gasShortWei: '0' } as never)
  }
  const input = aSweepInput()
  const handle = await startSweep(worker, 'tokenSweep', {
    ...input,
    timers: { ...input.timers, recheckMs: 30 },
  })
  expect(await handle.result()).toBe('done')
  expect(looks).toBe(3)
})

for (const way of ['signal', 'update'] as const) {
  test(`leaves needs-attention after an operator’s ${way}, and records the order`, async () => {
    const orders: unknown[] = []
    world.plan = async ({ retry }) =>
      retry
        ? { kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' }
        : { kind: 'attention', reason: 'token-refused', detail: 'transfer answers false' }
    world.noteOrder = async (order) => {
      orders.push(order)
      return 'new'
    }
    const handle = await startSweep(worker, 'tokenSweep')
    await inState(handle, 'needs-attention(token-refused)')
    await handle.signal('laneFree')
    await handle.signal('retryNow', { operator: '', reason: '' })
    const order = { operator: 'ann', reason: 'token is unpaused' }
    if (way === 'signal') await handle.signal('retryNow', order)
    else await handle.executeUpdate('retryNow', { args: [order] })
    expect(await handle.result()).toBe('done')
    expect(orders).toEqual([
      {
        ...order,
        action: 'retry',
        depositId: (await stateOf(handle)).depositId,
        id: expect.any(String),
      },
    ])
  })
}

test('refuses an update without operator or reason', async () => {
  world.plan = async () => ({ kind: 'attention', reason: 'token-refused', detail: '' })
  const handle = await startSweep(worker, 'tokenSweep')
  await inState(handle, 'needs-attention')
  const refusal = handle.executeUpdate('retryNow', { args: [{ operator: 'ann', reason: ' ' }] })
  await expect(refusal).rejects.toThrow()
  await handle.terminate()
})

test('changes to needs-attention after a non-retryable activity error, without a failed workflow', async () => {
  const asked: unknown[] = []
  world.sweep = async () => {
    throw ApplicationFailure.create({ type: 'PolicyRefused', message: 'above the ceiling' })
  }
  world.plan = async () => ({ kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' })
  world.askForAttention = async (request) => void asked.push(request.reason)
  const handle = await startSweep(worker, 'tokenSweep')
  await inState(handle, 'needs-attention(activity-failed sweep)')
  expect(asked).toEqual(['activity-failed sweep'])
  world = storyActivities({ plan: world.plan })
  await handle.signal('retryNow', { operator: 'ann', reason: 'config fixed' })
  expect(await handle.result()).toBe('done')
})

test('changes to needs-attention if a wait lasts too long', async () => {
  world.plan = async () => ({ kind: 'parked', reason: 'gas-price', detail: '' })
  const input = aSweepInput()
  // The wait began in an earlier run and ends soon. attentionAfterMs also limits the activities, so
  // its value leaves them enough time.
  const handle = await startSweep(worker, 'tokenSweep', {
    ...input,
    timers: { ...input.timers, recheckMs: 10, attentionAfterMs: 600_000 },
    goesOn: { waitingSince: Date.now() - 599_000, ordered: false },
  })
  await inState(handle, 'needs-attention(waited-too-long gas-price)')
  await handle.terminate()
})

test('a wait for a budget never changes to needs-attention by its age (MONEY 29)', async () => {
  let plans = 0
  world.plan = async () => {
    plans += 1
    return { kind: 'parked', reason: 'budget', detail: '', ageless: true }
  }
  const input = aSweepInput()
  const handle = await startSweep(worker, 'tokenSweep', {
    ...input,
    timers: { ...input.timers, recheckMs: 10, attentionAfterMs: 600_000 },
    goesOn: { waitingSince: Date.now() - 700_000, ordered: false },
  })
  await eventually(
    () => plans,
    (count) => count >= 4,
  )
  const { state } = await handle.query<{ state: string }>('state')
  expect(state).toBe('waiting(budget)')
  await handle.terminate()
})

test('ends the run of a finished deposit at once', async () => {
  world.plan = async () => ({ kind: 'finished', state: 'ignored', reason: 'dust' })
  const handle = await startSweep(worker, 'tokenSweep')
  expect(await handle.result()).toBe('ignored(dust)')
  expect(calls).toEqual(['plan'])
})

test('sets the search attribute SweepState to the deposit’s state', async () => {
  world.plan = async () => ({ kind: 'attention', reason: 'token-refused', detail: '' })
  const handle = await startSweep(worker, 'tokenSweep')
  await inState(handle, 'needs-attention')
  const attributes = async () => (await handle.describe()).searchAttributes
  await eventually(attributes, (found) => found['SweepState']?.[0] === 'needs-attention')
  await handle.terminate()
})
