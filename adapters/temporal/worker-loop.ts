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
 * What a killed worker costs its waiting sweeps: the server offers their next task to the dead
 * worker's own queue for so long before anybody may take it (default 10 s).
 */
export const stickyQueueScheduleToStartTimeoutMs = 1_500

/**
 * How long activities may go on after a stop was asked for. They are all short or repeat safely.
 */
const shutdownGraceMs = 5_000
const connectAgainMs = 2_000

/**
 * The Temporal worker as a loop: connects until it can, runs until told to stop, starts anew after
 * a failure.
 */
export function createWorkerLoop(options: WorkerLoopOptions): Loop {
  const { log } = options
  let trouble: string | undefined = 'not started'
  return {
    name: 'temporal',
    trouble: () => trouble,
    async run(stop) {
      const bundle = await workflowBundlePath()
      while (!stop.aborted) {
        try {
          await runOnce(options, bundle, stop, () => {
            trouble = undefined
            log.info({ namespace: options.namespace }, 'the Temporal worker is up')
          })
        } catch (error) {
          trouble = `the Temporal worker is not running: ${errorMessage(error)}`
          log.warn({ error }, 'the Temporal worker stopped; it is started again')
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
      // An activity that says "not yet" holds a slot for a moment only; a node takes a few dozen
      // requests at a time.
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
 * The SDK's own lines go through our log; call it before the first worker is made, once in a
 * process.
 */
export function installRuntime(log: Log): void {
  const to =
    (write: (fields: object, message: string) => void) =>
    (message: string, meta?: object): void =>
      write(meta ?? {}, message)
  Runtime.install({
    // Our mains stop the loops in order themselves.
    shutdownSignals: [],
    // The core's own lines too, else they go to stderr as coloured text between our JSON.
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
