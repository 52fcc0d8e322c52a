import type { WorkerLoop } from '../session/arguments.ts'
import { exitCodes, type Outcome, type Session } from '../session/outcome.ts'

/** Runs until SIGTERM or SIGINT; its log is on stderr. */
export async function scanner(
  { chain }: { readonly chain?: number },
  _session: Session,
): Promise<Outcome> {
  const { run } = await import('../../scanner/main.ts')
  return processOutcome('scanner', await run({ chain }))
}

/** Runs until SIGTERM or SIGINT; its log is on stderr. */
export async function worker(
  { only }: { readonly only?: WorkerLoop },
  _session: Session,
): Promise<Outcome> {
  const { run } = await import('../../workers/main.ts')
  return processOutcome('worker', await run({ only }))
}

/**
 * The outcome of a long-running process: stopped cleanly, or after an error that its log explains.
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
