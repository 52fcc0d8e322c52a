import { constants } from 'node:os'
import { closeAllRuns, describeLeft } from './run.ts'

/** How an interrupted verb ends. */
export interface Interrupted {
  /** Default 128 + signal. */
  code?: number
  /** Default false. */
  keepLogs?: boolean
}

/**
 * Runs a verb of boot.mjs (start, test, faults, check, stack) to its exit code. Ctrl-C, SIGTERM,
 * SIGHUP and the death of boot.mjs stop the processes that the verb started. The exit code is then
 * 128 + signal, or the code that `onInterrupt` returns. An error with an `exitCode` is expected and
 * shows only its message. Other errors also show their stack.
 * @param onInterrupt runs before any process is stopped. Its error is printed, and does not prevent
 * the stop
 */
export async function runVerb(
  body: () => Promise<number>,
  { onInterrupt }: { onInterrupt?: () => Promise<Interrupted> } = {},
): Promise<void> {
  let interrupted = false
  const interrupt = async (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => {
    // Ctrl-C sends the signal to this process and to boot.mjs. boot.mjs forwards the signal, so it
    // arrives here twice.
    if (interrupted) return
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

/**
 * Calls `onGone` when boot.mjs has ended. boot.mjs cannot forward a SIGKILL, but this process gets
 * another parent when boot.mjs is gone.
 */
function watchBoot(onGone: () => void): void {
  const boot = Number(process.env['COLDSWEEP_BOOT_PID'] ?? 0)
  // Children must not inherit the variable, because boot.mjs is not their parent.
  delete process.env['COLDSWEEP_BOOT_PID']
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
