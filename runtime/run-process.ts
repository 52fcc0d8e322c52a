import type { Log } from '../domain/process.ts'
import type { Loop } from './loop.ts'
import { type Parent, watchParent } from './parent-exit.ts'
import type { StartGate } from './start-gate.ts'

/**
 * Time for the loops to finish their current step. After this time the process exits anyway.
 * Nothing is lost, because the next process repeats work in progress.
 */
const stopWithinMs = 15_000

/**
 * Waits for the start gate, then runs the loops concurrently until SIGTERM or SIGINT, until the
 * package manager that started the process ends, or until one loop fails. Then stops all loops; a
 * supervisor restarts the process. Resolves with the exit code: 0 after a clean stop, 1 after a
 * loop failed or did not stop in time.
 * @throws StartRefused from the gate
 */
export async function runProcess(
  gate: Pick<StartGate, 'wait'>,
  loops: readonly Loop[],
  log: Log,
  parent?: Parent,
): Promise<number> {
  const stopping = new AbortController()
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping')
    stopping.abort()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  const unwatch = watchParent(parent, () => {
    log.warn({ parent: parent?.pid }, 'package manager that started this process ended; stopping')
    stopping.abort()
  })
  try {
    return (await gate.wait(stopping.signal)) ? await runLoops(loops, stopping, log) : 0
  } finally {
    unwatch()
    process.off('SIGTERM', stop)
    process.off('SIGINT', stop)
  }
}

async function runLoops(
  loops: readonly Loop[],
  stopping: AbortController,
  log: Log,
): Promise<number> {
  let failed = false
  const running = loops.map(async (loop) => {
    try {
      await loop.run(stopping.signal)
    } catch (error) {
      failed = true
      log.error({ loop: loop.name, error }, 'loop failed; stopping the process')
    } finally {
      stopping.abort()
    }
  })
  const all = Promise.all(running).then(() => 'stopped' as const)
  const late = new Promise<'late'>((resolve) => {
    const wait = () => setTimeout(() => resolve('late'), stopWithinMs).unref()
    stopping.signal.addEventListener('abort', wait)
    if (stopping.signal.aborted) wait()
  })
  const end = await Promise.race([all, late])
  if (end === 'late') log.error({}, `loops not stopped within ${stopWithinMs / 1000} s; exiting`)
  return failed || end === 'late' ? 1 : 0
}
