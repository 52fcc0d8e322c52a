import { startedByPackageManager } from '../../config/env/env.ts'
import { type CatchUp, createCatchUpBar } from '../render/catch-up-bar.ts'
import type { WorkerLoop } from '../session/arguments.ts'
import { exitCodes, type Outcome, type Session } from '../session/outcome.ts'

/** Runs until SIGTERM or SIGINT, or until the npm that started it ends; its log is on stderr. */
export async function scanner(
  { chain }: { readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const { run } = await import('../../scanner/main.ts')
  return processOutcome(
    'scanner',
    await run({ chain, parent: parentOf(session), heights: progress(session) }),
  )
}

/** Runs until SIGTERM or SIGINT, or until the npm that started it ends; its log is on stderr. */
export async function worker(
  { only }: { readonly only?: WorkerLoop },
  session: Session,
): Promise<Outcome> {
  const { run } = await import('../../workers/main.ts')
  return processOutcome('worker', await run({ only, parent: parentOf(session) }))
}

/** A progress bar on stdout. The log is on stderr, so the two streams never mix. */
function progress({ live, write }: Session): ((at: CatchUp) => void) | undefined {
  return live.isTerminal ? createCatchUpBar((text) => void write(text)) : undefined
}

const parentOf = ({ env, parentPid }: Session) => ({
  pid: parentPid,
  isPackageManager: startedByPackageManager(env),
})

/**
 * Returns the outcome of a long-running process: stopped cleanly, or stopped after an error that
 * the log explains.
 */
function processOutcome(name: string, code: number): Outcome {
  const ended = { process: name, stopped: code === 0 }
  if (code === 0) return { data: ended, text: () => '' }
  const message = `${name} stopped after an error`
  const hint = 'see its last log lines on stderr, then start it again'
  return {
    data: ended,
    text: () => '',
    errors: [{ code: 'failed', message, hint }],
    exitCode: exitCodes.failed,
  }
}
