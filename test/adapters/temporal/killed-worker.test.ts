import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { expect, test } from 'vitest'
import { stickyQueueScheduleToStartTimeoutMs } from '../../../adapters/temporal/worker-loop.ts'
import { openRun } from '../../../devstack/run/run.ts'
import { storyActivities } from '../../harness/fakes/story-activities.ts'
import { ownWorker } from '../../harness/services/own-worker.ts'
import { aSweepInput, startSweep } from '../../harness/services/start-sweep.ts'
import { temporalAddress } from '../../harness/services/temporal-cli.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

/** Values of temporal.api.enums.v1.TimeoutType. */
const timeouts = { scheduleToStart: 2, heartbeat: 4 }
const script = fileURLToPath(new URL('../../harness/processes/work-and-die.ts', import.meta.url))

/**
 * Starts a sweep on a worker process, and kills the process in `activity` while another worker
 * runs. Returns the workflow's history and the time from the kill to the end of the workflow.
 */
async function afterKill(depositId: string, activity: 'plan' | 'sweep') {
  const run = openRun()
  const taskQueue = `test-${randomBytes(6).toString('hex')}`
  try {
    const doomed = run.start({
      name: 'worker',
      command: process.execPath,
      args: ['--import', 'tsx', script, temporalAddress(), taskQueue],
    })
    const said = () => readFileSync(doomed.logFile, 'utf8').split('\n')
    await eventually(said, (words) => words.includes('up'))
    const connection = await Connection.connect({ address: temporalAddress() })
    const client = new Client({ connection, namespace: 'default' })
    const input = aSweepInput({ depositId })
    const handle = await startSweep(
      { client, taskQueue, stop: () => connection.close() },
      'tokenSweep',
      // Only the signal wakes the waiting sweep.
      { ...input, timers: { ...input.timers, recheckMs: 600_000 } },
    )
    await eventually(said, (words) => words.includes(activity))
    if (activity === 'plan') {
      await eventually(
        () => handle.query<{ state: string }>('state').then(({ state }) => state, String),
        (state) => state === 'waiting(keeper-low)',
      )
    }
    const another = await ownWorker(
      storyActivities({
        plan: async () => ({ kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' }),
      }),
      taskQueue,
    )
    process.kill(doomed.pid, 'SIGKILL')
    await doomed.ended
    const killedAt = Date.now()
    if (activity === 'plan') await handle.signal('keeperRefilled')
    expect(await handle.result()).toBe('done')
    const tookMs = Date.now() - killedAt
    const { events } = await handle.fetchHistory()
    await Promise.all([another.stop(), connection.close()])
    return { tookMs, events: events ?? [] }
  } finally {
    await run.close()
  }
}

const aDeposit = (place: number) => `31337:0x${randomBytes(32).toString('hex')}:${place}`

test('the timeout of a worker’s own (sticky) queue is at most 2 s, because a killed worker delays its runs by this time', () => {
  expect(stickyQueueScheduleToStartTimeoutMs).toBeLessThanOrEqual(2_000)
})

test('a waiting sweep of a killed worker continues on another worker after the sticky timeout', async ({
  annotate,
}) => {
  const timedOut: unknown[] = []
  // Temporal skips a worker's own queue 10 s after the worker's last poll. On a slow machine the
  // signal may come later than that. Then no timeout occurs, and the test tries again.
  for (let tries = 0; tries < 3 && !timedOut.includes(timeouts.scheduleToStart); tries += 1) {
    const { tookMs, events } = await afterKill(aDeposit(0), 'plan')
    await annotate(`a waiting sweep went on ${tookMs} ms after its worker was dead`)
    for (const { workflowTaskTimedOutEventAttributes: end } of events) {
      if (end) timedOut.push(end.timeoutType)
    }
  }
  expect(timedOut).toContain(timeouts.scheduleToStart)
})

test('a sweep inside an activity of a killed worker continues on another worker after missed heartbeats', async ({
  annotate,
}) => {
  const { tookMs, events } = await afterKill(aDeposit(1), 'sweep')
  await annotate(`a sweep inside an activity went on ${tookMs} ms after its worker was dead`)
  const failures = events.map(
    (event) => event.activityTaskStartedEventAttributes?.lastFailure?.timeoutFailureInfo,
  )
  expect(failures.map((failure) => failure?.timeoutType)).toContain(timeouts.heartbeat)
})
