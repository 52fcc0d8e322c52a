import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectTemporal, type Temporal } from '../../../adapters/temporal/connect-temporal.ts'
import { createSweepWorkers } from '../../../adapters/temporal/sweep-workers.ts'
import { createWorkerLoop } from '../../../adapters/temporal/worker-loop.ts'
import { processEnvironment } from '../../../config/env/env.ts'
import { TemporalUnreachable } from '../../../domain/errors.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { ownWorker } from '../../harness/services/own-worker.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { runLoop } from '../../harness/waiting/run-loop.ts'

const address = processEnvironment()['TEST_TEMPORAL_ADDRESS'] ?? ''
let temporal: Temporal
beforeAll(() => {
  temporal = connectTemporal({ address, namespace: 'default' })
})
afterAll(() => temporal?.close())

it('lists the workers that poll a task queue', async () => {
  const taskQueue = `test-${randomBytes(6).toString('hex')}`
  const workers = createSweepWorkers(temporal, taskQueue)
  expect(await workers.polling()).toEqual([])
  const worker = await ownWorker({}, taskQueue)
  const polling = await eventually(
    () => workers.polling(),
    (found) => found.length > 0,
  )
  expect(polling).toHaveLength(1)
  await worker.stop()
})

it('throws while Temporal is down', async () => {
  const away = connectTemporal({ address: '127.0.0.1:1', namespace: 'default' })
  await expect(createSweepWorkers(away).polling()).rejects.toThrow(TemporalUnreachable)
  await away.close()
})

it('a worker whose polls the server does not see reports a problem, until they are seen', async () => {
  const taskQueue = `test-${randomBytes(6).toString('hex')}`
  const seen = createSweepWorkers(temporal, taskQueue)
  let isHidden = true
  const loop = createWorkerLoop({
    address,
    namespace: 'default',
    activities: {},
    log: recordingLog(),
    taskQueue,
    askEveryMs: 100,
    workers: { polling: async () => (isHidden ? [] : seen.polling()) },
  })
  const stop = runLoop(loop)
  await eventually(loop.problem, (words) => words?.includes('sees no poll') === true)
  isHidden = false
  await eventually(loop.problem, (words) => words === undefined)
  await stop()
})
