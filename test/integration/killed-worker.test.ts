import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { stickyQueueScheduleToStartTimeoutMs } from '../../adapters/temporal/worker-loop.ts'
import { openRun } from '../../devstack/run.ts'
import { storyActivities } from '../fakes/story-activities.ts'
import { eventually } from '../parts/eventually.ts'
import { ownWorker } from '../parts/own-worker.ts'
import { aSweepInput, startSweep } from '../parts/start-sweep.ts'
import { temporalAddress } from '../parts/temporal-cli.ts'

/** temporal.api.enums.v1.TimeoutType */
const timeouts = { scheduleToStart: 2, heartbeat: 4 }
const script = fileURLToPath(new URL('../parts/work-and-die.ts', import.meta.url))

/** Starts a worker process, a sweep on it, kills it when it has begun `activity`, and starts another worker. */
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
    const client = await ownWorker({}, `${taskQueue}-client`)
    const handle = await startSweep(
      { ...client, taskQueue },
      'tokenSweep',
      aSweepInput({ depositId }),
    )
    await eventually(said, (words) => words.includes(activity))
    if (activity === 'plan') {
      await eventually(
        () => handle.query<{ state: string }>('state'),
        ({ state }) => state === 'waiting(keeper-low)',
      )
    }
    process.kill(doomed.pid, 'SIGKILL')
    await doomed.ended
    const another = await ownWorker(
      storyActivities({
        plan: async () => ({ kind: 'planned', sweepId: 's', amount: '1 ETH', gasShortWei: '0' }),
      }),
      taskQueue,
    )
    const upAt = Date.now()
    if (activity === 'plan') await handle.signal('keeperRefilled')
    expect(await handle.result()).toBe('done')
    const tookMs = Date.now() - upAt
    const { events } = await handle.fetchHistory()
    await Promise.all([another.stop(), client.stop()])
    return { tookMs, events: events ?? [] }
  } finally {
    await run.close()
  }
}

const aDeposit = (place: number) => `31337:0x${randomBytes(32).toString('hex')}:${place}`

test('our sticky time-out is far below the default of ten seconds, because it is what a killed worker costs', () => {
  expect(stickyQueueScheduleToStartTimeoutMs).toBeLessThanOrEqual(2_000)
})

test('a waiting sweep of a killed worker goes on by the sticky time-out', async ({ annotate }) => {
  const { tookMs, events } = await afterKill(aDeposit(0), 'plan')
  await annotate(`a waiting sweep went on ${tookMs} ms after another worker was up`)
  const timedOut = events.map((event) => event.workflowTaskTimedOutEventAttributes?.timeoutType)
  expect(timedOut).toContain(timeouts.scheduleToStart)
})

test('a sweep inside an activity of a killed worker goes on by its missed heartbeats', async ({
  annotate,
}) => {
  const { tookMs, events } = await afterKill(aDeposit(1), 'sweep')
  await annotate(`a sweep inside an activity went on ${tookMs} ms after another worker was up`)
  const failures = events.map(
    (event) => event.activityTaskStartedEventAttributes?.lastFailure?.timeoutFailureInfo,
  )
  expect(failures.map((failure) => failure?.timeoutType)).toContain(timeouts.heartbeat)
})
