import type { DescribeRow } from './describe-row.ts'
import { clockOf, type Display } from './display.ts'
import { createLiveDisplay } from './live-display.ts'
import { createPlainDisplay } from './plain-display.ts'

/**
 * Creates the display of the demo: a live table on a terminal, plain lines elsewhere. Nothing is
 * shown after `stop`.
 */
export function chooseDisplay(
  describe: DescribeRow,
  startedAt: number,
  stop: AbortSignal,
): Display {
  const { stdout, env } = process
  const write = (text: string) => {
    if (!stop.aborted) stdout.write(text)
  }
  const clock = clockOf(startedAt)
  if (!stdout.isTTY || env['TERM'] === 'dumb')
    return createPlainDisplay({ describe, clock, print: (line) => write(`${line}\n`) })
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
  return createLiveDisplay({ describe, clock, terminal: { write, size } })
}
