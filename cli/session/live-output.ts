import type { LiveOutput, Outcome } from './outcome.ts'

/** @param rows height of the terminal; undefined where stdout must not be redrawn */
export function createLiveOutput(
  print: (outcome: Outcome) => void,
  rows: (() => number) | undefined,
): LiveOutput {
  let interrupt: AbortController | undefined
  return {
    show: print,
    isTerminal: rows !== undefined,
    rows: () => rows?.() ?? Number.POSITIVE_INFINITY,
    // The handlers are set at the first read, because scanner and worker handle signals themselves.
    get interrupted() {
      if (!interrupt) {
        const controller = new AbortController()
        interrupt = controller
        for (const signal of ['SIGINT', 'SIGTERM'] as const)
          process.once(signal, () => controller.abort())
      }
      return interrupt.signal
    },
  }
}
