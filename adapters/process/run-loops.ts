import type { Log } from '../../domain/log.ts'
import type { Loop } from '../../domain/loop.ts'

/**
 * Loops get so long to finish what they are in the middle of; then the process ends, which loses
 * nothing.
 */
const stopWithinMs = 15_000

/**
 * Runs loops side by side until SIGTERM or SIGINT, or until one gives up: then all are stopped, and
 * the process is to be started again. Resolves with the exit code: 0 after a clean stop, 1 when a
 * loop gave up or would not stop.
 */
export async function runLoops(loops: readonly Loop[], log: Log): Promise<number> {
  const stopping = new AbortController()
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping')
    stopping.abort()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  let failed = false
  const running = loops.map(async (loop) => {
    try {
      await loop.run(stopping.signal)
    } catch (error) {
      failed = true
      log.error({ loop: loop.name, error }, 'a loop gave up')
    } finally {
      stopping.abort()
    }
  })
  const all = Promise.all(running).then(() => 'stopped' as const)
  const late = new Promise<'late'>((resolve) => {
    stopping.signal.addEventListener('abort', () => {
      setTimeout(() => resolve('late'), stopWithinMs).unref()
    })
  })
  const end = await Promise.race([all, late])
  process.off('SIGTERM', stop)
  process.off('SIGINT', stop)
  if (end === 'late') log.error({}, `not stopped within ${stopWithinMs / 1000} s`)
  return failed || end === 'late' ? 1 : 0
}
