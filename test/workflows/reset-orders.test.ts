import { randomUUID } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createNoteOrder } from '../../activities/records.ts'
import { verifyAudit } from '../../adapters/drizzle/operators/audit.ts'
import type { OperatorOrder, SweepView } from '../../workflows/contract.ts'
import { type OwnLedger, ownLedger } from '../harness/benches/own-ledger.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { type StoryActivities, storyActivities } from '../harness/fakes/story-activities.ts'
import { type OwnWorker, ownWorker } from '../harness/services/own-worker.ts'
import { startSweep } from '../harness/services/start-sweep.ts'
import { eventually } from '../harness/waiting/eventually.ts'

/**
 * Tests that orders count once (MONEY 17): `temporal workflow reset` sends the orders after the
 * reset point to the new run again, although the old run has followed them.
 */
let worker: OwnWorker
let ledger: OwnLedger
let plans: boolean[]
let noted: number

beforeAll(async () => {
  ledger = await ownLedger()
  const noteOrder = createNoteOrder({ sweeps: ledger.sweeps, log: recordingLog() })
  const differs: Partial<StoryActivities> = {
    plan: async ({ retry }) => {
      plans.push(retry)
      return { kind: 'attention', reason: 'token-refused', detail: '' }
    },
    followOrder: async () => ({ kind: 'repeat', state: 'waiting(approval)', why: '' }),
    noteOrder: async (order) => {
      const answer = await noteOrder(order)
      noted += 1
      return answer
    },
  }
  worker = await ownWorker(storyActivities(differs))
})
afterAll(async () => {
  await worker?.stop()
  await ledger?.close()
})
beforeEach(() => {
  plans = []
  noted = 0
})

const needsAttention = async (handle: WorkflowHandle, planned: number) => {
  await eventually(
    () => plans.length,
    (count) => count >= planned,
  )
  await eventually(
    () => handle.query<SweepView>('state'),
    ({ state }) => state.startsWith('needs-attention'),
  )
}
const written = async (subject: string) =>
  (await ledger.sql`select 1 from operator_actions where subject = ${subject}`).length

/** Temporal's code for a reset that does not send signals again. */
const leaveOutSignals = 1

/** Resets the run to the point before its first plan. */
async function reset(handle: WorkflowHandle, leaveOut: number[] = []): Promise<void> {
  const { events } = await handle.fetchHistory()
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId
  if (!first) throw new Error('the run has done nothing yet')
  await worker.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId: (await handle.describe()).runId },
    reason: 'stuck',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first,
    resetReapplyExcludeTypes: leaveOut,
  })
}

const order: OperatorOrder = { operator: 'ann', reason: 'once' }
const ways = {
  'the command’s signals': (handle: WorkflowHandle) =>
    handle.signal('retryNow', { ...order, id: randomUUID() }),
  'signals by hand': (handle: WorkflowHandle) => handle.signal('retryNow', order),
  'updates by hand': async (handle: WorkflowHandle) => {
    await handle.executeUpdate('retryNow', { args: [order] })
  },
}

test.each(Object.entries(ways))(
  'counts %s with the same text as separate orders, and a repeat by a reset as no order',
  async (_, give) => {
    const started = await startSweep(worker, 'tokenSweep')
    const handle = worker.client.workflow.getHandle(started.workflowId)
    await needsAttention(handle, 1)
    const { depositId } = await handle.query<SweepView>('state')
    for (const planned of [2, 3]) {
      await give(handle)
      await needsAttention(handle, planned)
    }
    expect([plans, await written(depositId)]).toEqual([[false, true, true], 2])
    // The second reset repeats the orders that the first reset repeated, and the order after the
    // first reset.
    for (const before of [2, 3]) {
      plans = []
      noted = 0
      await reset(handle)
      await eventually(
        () => noted,
        (count) => count === before,
      )
      await needsAttention(handle, 1)
      await give(handle)
      await needsAttention(handle, 2)
      expect([plans, await written(depositId)]).toEqual([[false, true], before + 1])
    }
    await handle.terminate()
    expect((await verifyAudit(ledger.db)).broken).toBeUndefined()
  },
  600_000,
)

test('reports a signal with the id of an earlier signal as a repeat of that order', async () => {
  const handle = await startSweep(worker, 'nativeSweep')
  await needsAttention(handle, 1)
  await handle.signal('retryNow', { ...order, id: 'the first' })
  await needsAttention(handle, 2)
  await handle.signal('retryNow', { ...order, id: 'the first' })
  await eventually(
    () => handle.query<SweepView>('state'),
    ({ detail }) => detail.startsWith('this retryNow was followed before'),
  )
  expect([plans, noted]).toEqual([[false, true], 1])
  await handle.terminate()
})

test('after a reset that repeats no signals, reports a signal as a repeat unless its reason or id is new', async () => {
  const started = await startSweep(worker, 'tokenSweep')
  const handle = worker.client.workflow.getHandle(started.workflowId)
  await needsAttention(handle, 1)
  await handle.signal('retryNow', order)
  await needsAttention(handle, 2)
  await reset(handle, [leaveOutSignals])
  await needsAttention(handle, 3)
  await handle.signal('retryNow', order)
  await eventually(
    () => handle.query<SweepView>('state'),
    ({ detail }) => detail.startsWith('this retryNow was followed before'),
  )
  await handle.signal('retryNow', { ...order, id: 'another' })
  await needsAttention(handle, 4)
  await handle.signal('retryNow', { ...order, reason: 'twice' })
  await needsAttention(handle, 5)
  expect(plans).toEqual([false, true, false, true, true])
  await handle.terminate()
})

test('reports an approval as a repeat if the store has already recorded the approval', async () => {
  const handle = await startSweep(worker, 'tokenSweep')
  await needsAttention(handle, 1)
  await handle.signal('approve', order)
  await eventually(
    () => handle.query<SweepView>('state'),
    ({ detail }) => detail.startsWith('this approve was followed before'),
  )
  await handle.terminate()
})
