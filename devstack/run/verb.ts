import { constants } from 'node:os'
import { closeAllRuns, describeLeft } from './run.ts'

/** How a verb ends that was interrupted. */
export interface Interrupted {
  /** Default 128 + signal. */
  code?: number
  /** Default false. */
  keepLogs?: boolean
}

/**
 * Runs a verb of boot.mjs to its exit code. Ctrl-C, SIGTERM, SIGHUP and the death of boot.mjs stop
 * what it started and end with 128 + signal, or as `onInterrupt` says. Errors show their message,
 * and their stack only when they are not ours (without an `exitCode`).
 * @param onInterrupt runs before anything is stopped; its errors are printed and the stop continues
 */
export async function runVerb(
  body: () => Promise<number>,
  { onInterrupt }: { onInterrupt?: () => Promise<Interrupted> } = {},
): Promise<void> {
  let interrupted = false
  const interrupt = async (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    if (interrupted) return // a terminal sends it to us and to boot.mjs, which passes it on
    interrupted = true
    console.error(`\n${signal}: stopping …`)
    const { code, keepLogs = false } = (await onInterrupt?.().catch(printError)) ?? {}
    const left = await closeAllRuns({ keepLogs })
    console.error(describeLeft(left))
    process.exit(code ?? 128 + constants.signals[signal])
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void interrupt(signal))
  }
  watchBoot(() => void interrupt('SIGTERM'))

  let code: number
  try {
    code = await body()
  } catch (error) {
    if (interrupted) return
    const known = (error as { exitCode?: number }).exitCode
    console.error(known === undefined ? error : (error as Error).message)
    code = known ?? 1
  }
  if (interrupted) return
  await closeAllRuns({ keepLogs: code !== 0 })
  process.exitCode = code
  // Something may hold a socket open; the work is done.
  process.stdout.write('', () => process.exit(code))
}

/** SIGKILL cannot be passed on: when boot.mjs is gone, somebody else is our parent. */
function watchBoot(onGone: () => void): void {
  const boot = Number(process.env['COLDSWEEP_BOOT_PID'] ?? 0)
  delete process.env['COLDSWEEP_BOOT_PID'] // ours alone: what we start has us as its parent
  if (boot === 0) return
  const timer = setInterval(() => {
    if (process.ppid === boot) return
    clearInterval(timer)
    onGone()
  }, 500)
  timer.unref()
}

function printError(error: unknown): undefined {
  console.error(error)
  return undefined
}
