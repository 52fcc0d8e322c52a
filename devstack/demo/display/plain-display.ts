import type { DescribeRow } from './describe-row.ts'
import type { Display } from './display.ts'

/** Creates a display that prints one line per state change, for logs and pipes. */
export function createPlainDisplay(options: {
  describe: DescribeRow
  clock: () => string
  print: (line: string) => void
}): Display {
  const { describe, clock, print } = options
  return {
    note: (text) => print(`${clock()}  · ${text}`),
    rows(_all, changes) {
      for (const { row, before } of changes) {
        const { who, amount, state, more } = describe(row)
        const step = before === undefined ? state : `→ ${state}`
        print(`${clock()}  ${who}  ${amount.padEnd(15)}  ${step}${more && `: ${more}`}`)
      }
    },
    end() {},
  }
}
