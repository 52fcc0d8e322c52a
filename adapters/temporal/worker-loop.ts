import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { Log } from '../../domain/process.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import type { Loop } from '../../runtime/loop.ts'
import { sleep } from '../../runtime/sleep.ts'
import { sweepTaskQueue } from '../../workflows/contract.ts'
import { workflowBundlePath } from './workflow-bundle.ts'

export interface WorkerLoopOptions {
  readonly address: string
  readonly namespace: string
  readonly activities: object
  readonly log: Log
  /** @default sweepTaskQueue */
  readonly taskQueue?: string
}

/**
 * After a worker was killed, the server still offers a workflow's next task to the dead worker's
 * own queue. After this time another worker may take it (SDK default 10 s).
 */
export const stickyQueueScheduleToStartTimeoutMs = 1_500

/** How long activities may continue after a stop. Every activity is short or safe to repeat. */
const shutdownGraceMs = 5_000
const connectAgainMs = 2_000

/**
 * The Temporal worker as a loop: retries until connected, runs until stopped, restarts after a
 * failure.
 */
export function createWorkerLoop(options: WorkerLoopOptions): Loop {
  const { log } = options
  let problem: string | undefined = 'not started'
  return {
    name: 'temporal',
    problem: () => problem,
    async run(stop) {
      const bundle = await workflowBundlePath()
      while (!stop.aborted) {
        try {
          await runOnce(options, bundle, stop, () => {
            problem = undefined
            log.info({ namespace: options.namespace }, 'temporal worker started')
          })
        } catch (error) {
          problem = `the Temporal worker is not running: ${errorMessage(error)}`
          log.warn({ error }, 'temporal worker stopped; restarting')
          await sleep(connectAgainMs, stop)
        }
      }
    },
  }
}

async function runOnce(
  options: WorkerLoopOptions,
  bundle: string,
  stop: AbortSignal,
  up: () => void,
): Promise<void> {
  const connection = await NativeConnection.connect({ address: options.address })
  try {
    const worker = await Worker.create({
      connection,
      namespace: options.namespace,
      taskQueue: options.taskQueue ?? sweepTaskQueue,
      workflowBundle: { codePath: bundle },
      activities: options.activities,
      stickyQueueScheduleToStartTimeout: stickyQueueScheduleToStartTimeoutMs,
      shutdownGraceTime: shutdownGraceMs,
      // An activity that throws `NotYet` takes a slot only for a moment. A node accepts a few dozen
      // concurrent requests.
      maxConcurrentActivityTaskExecutions: 40,
      maxConcurrentLocalActivityExecutions: 40,
    })
    const end = () => {
      if (worker.getState() === 'RUNNING') worker.shutdown()
    }
    stop.addEventListener('abort', end, { once: true })
    const running = worker.run()
    up()
    if (stop.aborted) end()
    await running.finally(() => stop.removeEventListener('abort', end))
  } finally {
    await connection.close()
  }
}

/**
 * Routes the SDK's log lines through our log. Call it once per process, before the first worker is
 * created.
 */
export function installRuntime(log: Log): void {
  const to =
    (write: (fields: object, message: string) => void) =>
    (message: string, meta?: object): void =>
      write(meta ?? {}, message)
  Runtime.install({
    // The SDK must not handle signals, because the process's main stops the loops in order.
    shutdownSignals: [],
    // Without this the core writes coloured text to stderr between our JSON lines.
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
