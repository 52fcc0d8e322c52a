import { constants } from 'node:os'
import { closeAllRuns, describeLeft } from './run.ts'

/** The end of an interrupted verb. */
export interface Interrupted {
  /** Default 128 + signal. */
  code?: number
  /** Default false. */
  keepLogs?: boolean
}

/**
 * Runs a verb of boot.mjs to its exit code. Ctrl-C, SIGTERM, SIGHUP and the death of boot.mjs stop
 * the processes that it started; the exit code is then 128 + signal, or the code that `onInterrupt`
 * returns. Errors show their message. Unexpected errors, which have no `exitCode`, also show their
 * stack.
 * @param onInterrupt runs before anything is stopped; its errors are printed and the stop continues
 */
export async function runVerb(
  body: () => Promise<number>,
  { onInterrupt }: { onInterrupt?: () => Promise<Interrupted> } = {},
): Promise<void> {
  let interrupted = false
  const interrupt = async (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    if (interrupted) return // a terminal signals this process and boot.mjs, which forwards it
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
  // The work is done, but an open socket may keep the process alive.
  process.stdout.write('', () => process.exit(code))
}

/** SIGKILL cannot be forwarded: when boot.mjs is gone, this process has another parent. */
function watchBoot(onGone: () => void): void {
  const boot = Number(process.env['COLDSWEEP_BOOT_PID'] ?? 0)
  delete process.env['COLDSWEEP_BOOT_PID'] // for this process alone, not for its children
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
