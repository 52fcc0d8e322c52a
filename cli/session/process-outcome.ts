import { exitCodes } from './exit-code.ts'
import type { Outcome } from './outcome.ts'

/** How a long-running process ended: cleanly, or because a loop gave up, which its log explains. */
export function processOutcome(name: string, code: number): Outcome {
  const ended = { process: name, stopped: code === 0 }
  if (code === 0) return { data: ended, text: () => '' }
  const message = `the ${name} gave up`
  const hint = 'its last lines on stderr say why; start it again'
  return {
    data: ended,
    text: () => '',
    faults: [{ code: 'failed', message, hint }],
    exitCode: exitCodes.failed,
  }
}
