import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { createActivitySlots } from '../../../adapters/temporal/activity-slots.ts'
import { createWorkerLoop, installRuntime } from '../../../adapters/temporal/worker-loop.ts'
import type { ChainActivities, RecordActivities } from '../../../workflows/contract.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { eventually } from '../waiting/eventually.ts'

export interface OwnWorker {
  readonly client: Client
  readonly taskQueue: string
  stop(): Promise<void>
}

/** Starts a worker with a new task queue on the server of TEST_TEMPORAL_ADDRESS. */
export async function ownWorker(
  activities: Partial<ChainActivities & RecordActivities>,
  taskQueue = `test-${randomBytes(6).toString('hex')}`,
  slots = createActivitySlots(),
): Promise<OwnWorker> {
  const address = process.env['TEST_TEMPORAL_ADDRESS']
  if (!address) {
    throw new Error('TEST_TEMPORAL_ADDRESS is not set: run `npm test`, or see devstack/stack.ts')
  }
  const connection = await Connection.connect({ address })
  const stopping = new AbortController()
  const log = recordingLog()
  quietRuntime()
  const loop = createWorkerLoop({
    address,
    namespace: 'default',
    activities,
    log,
    taskQueue,
    slots,
  })
  const running = loop.run(stopping.signal)
  await eventually(loop.problem, (problem) => problem === undefined)
  return {
    client: new Client({ connection, namespace: 'default' }),
    taskQueue,
    async stop() {
      stopping.abort()
      await running
      await connection.close()
    },
  }
}

let quiet = false

/**
 * Silences the SDK's log lines, because a failing test reports more than these lines. Runs once,
 * because a process has only one SDK runtime.
 */
function quietRuntime(): void {
  if (!quiet) installRuntime(recordingLog())
  quiet = true
}
