import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { SweepWorkers } from '../../domain/deposits/sweep-runs.ts'
import type { Log } from '../../domain/process.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import type { Loop } from '../../runtime/loop.ts'
import { sleep } from '../../runtime/sleep.ts'
import { sweepTaskQueue } from '../../workflows/contract.ts'
import { type ActivitySlots, createActivitySlots, tunerOf } from './activity-slots.ts'
import { workflowBundlePath } from './workflow-bundle.ts'

export interface WorkerLoopOptions {
  readonly address: string
  readonly namespace: string
  readonly activities: object
  readonly log: Log
  /** @default slots of the worker's own: its activities do not rest */
  readonly slots?: ActivitySlots
  /** @default sweepTaskQueue */
  readonly taskQueue?: string
  /** Shows whether the server sees this worker's polls. @default not asked */
  readonly workers?: SweepWorkers
  /** @default 10000 */
  readonly askEveryMs?: number
}

/**
 * After a worker is killed, the server still offers a workflow's next task to the dead worker's own
 * queue. After this time another worker may take the task (SDK default 10 s).
 */
export const stickyQueueScheduleToStartTimeoutMs = 1_500

/** How long activities may continue after a stop. Every activity is short or safe to repeat. */
const shutdownGraceMs = 5_000
const connectAgainMs = 2_000

/**
 * Returns a loop that runs the Temporal worker: it connects, with retries, runs the worker until
 * the process stops, and restarts the worker after a failure.
 */
export function createWorkerLoop(options: WorkerLoopOptions): Loop {
  const { log } = options
  let problem: string | undefined = 'not started'
  let unseen: string | undefined
  /** A worker can run while the server refuses or loses its polls. */
  async function watchPolls(identity: string, ended: AbortSignal): Promise<void> {
    const { workers, askEveryMs = 10_000 } = options
    while (workers && !ended.aborted) {
      await sleep(askEveryMs, ended)
      if (ended.aborted) break
      const polling = await workers.polling().catch(() => undefined)
      const isUnseen = polling !== undefined && !polling.includes(identity)
      unseen =
        isUnseen && !ended.aborted ? 'the worker runs, but Temporal sees no poll of it' : undefined
    }
    unseen = undefined
  }
  return {
    name: 'temporal',
    problem: () => problem ?? unseen,
    async run(stop) {
      const bundle = await workflowBundlePath()
      let watching = Promise.resolve()
      while (!stop.aborted) {
        try {
          await runOnce(options, bundle, stop, (identity, ended) => {
            problem = undefined
            watching = watchPolls(identity, ended)
            log.info({ namespace: options.namespace }, 'temporal worker started')
          })
        } catch (error) {
          problem = `the Temporal worker is not running: ${errorMessage(error)}`
          log.warn({ error }, 'temporal worker stopped; restarting')
          await sleep(connectAgainMs, stop)
        }
        // The caller closes the client after `run`.
        await watching
      }
    },
  }
}

async function runOnce(
  options: WorkerLoopOptions,
  bundle: string,
  stop: AbortSignal,
  up: (identity: string, ended: AbortSignal) => void,
): Promise<void> {
  const connection = await NativeConnection.connect({ address: options.address })
  const slots = (options.slots ?? createActivitySlots()).open()
  try {
    const worker = await Worker.create({
      connection,
      namespace: options.namespace,
      taskQueue: options.taskQueue ?? sweepTaskQueue,
      workflowBundle: { codePath: bundle },
      activities: options.activities,
      stickyQueueScheduleToStartTimeout: stickyQueueScheduleToStartTimeoutMs,
      shutdownGraceTime: shutdownGraceMs,
      tuner: tunerOf(slots),
    })
    const end = () => {
      if (worker.getState() === 'RUNNING') worker.shutdown()
      slots.close()
    }
    stop.addEventListener('abort', end, { once: true })
    const ended = new AbortController()
    const running = worker.run()
    up(worker.options.identity, ended.signal)
    if (stop.aborted) end()
    await running.finally(() => {
      ended.abort()
      stop.removeEventListener('abort', end)
    })
  } finally {
    slots.close()
    await connection.close()
  }
}

/**
 * Sends the SDK's log lines to coldsweep's log. Call this once per process, before the first worker
 * is created.
 */
export function installRuntime(log: Log): void {
  const to =
    (write: (fields: object, message: string) => void) =>
    (message: string, meta?: object): void =>
      write(meta ?? {}, message)
  Runtime.install({
    // The SDK must not handle SIGTERM and SIGINT, because the process's `main` stops the loops in
    // order.
    shutdownSignals: [],
    // Without this, the SDK's core writes coloured text to stderr between the JSON lines.
    telemetryOptions: { logging: { forward: {} } },
    logger: {
      log: (level, message, meta) => {
        const write = level === 'ERROR' ? log.error : level === 'WARN' ? log.warn : log.debug
        write.call(log, meta ?? {}, message)
      },
      trace: to(log.debug.bind(log)),
      debug: to(log.debug.bind(log)),
      info: to(log.debug.bind(log)),
      warn: to(log.warn.bind(log)),
      error: to(log.error.bind(log)),
    },
  })
}
