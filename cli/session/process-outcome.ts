import { exitCodes } from './exit-code.ts'
import type { Outcome } from './outcome.ts'

/** The outcome of a long-running process: stopped cleanly, or after an error that its log explains. */
export function processOutcome(name: string, code: number): Outcome {
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
