import { formatColumns } from '../script/format.ts'
import type { DescribeRow } from './describe-row.ts'
import type { Display } from './display.ts'
import { paintState } from './paint-state.ts'
import type { Row } from './rows.ts'

interface Terminal {
  write(text: string): void
  /** Asked at each drawing: a window may be resized. */
  size(): { columns: number; rows: number }
}

const NOTES_SHOWN = 6

/**
 * A table of all deposits, drawn over itself, with the newest notes below it. A note with more
 * lines (commands to copy) is printed above the table once and stays there.
 */
export function createLiveDisplay(options: {
  describe: DescribeRow
  clock: () => string
  terminal: Terminal
}): Display {
  const { describe, clock, terminal } = options
  const notes: string[] = []
  let rows: readonly Row[] = []
  let drawn = 0

  function draw(above: readonly string[] = []): void {
    const { columns, rows: height } = terminal.size()
    const shown = cutToHeight(tableOf(rows, describe), Math.max(3, height - NOTES_SHOWN - 3))
    const frame = [`${clock()}`, ...shown, '', ...notes.slice(-NOTES_SHOWN)]
    // What stays is not cut: a command must be whole to be copied.
    const text = [...above, ...frame.map((line) => paintState(line.slice(0, columns - 1)))]
    terminal.write(`${erase(drawn)}${text.map((line) => `${line}\n`).join('')}`)
    drawn = frame.length
  }

  return {
    note(text) {
      const lines = `${clock()}  ${text}`.split('\n')
      if (lines.length > 1) return draw(lines)
      notes.push(...lines)
      draw()
    },
    rows(all) {
      rows = all
      draw()
    },
    end() {
      draw()
      drawn = 0
    },
  }
}

/** To the first line that was drawn, and away with all below. */
function erase(lines: number): string {
  return lines === 0 ? '' : `\u001b[${lines}A\u001b[0J`
}

function tableOf(rows: readonly Row[], describe: DescribeRow): string[] {
  return formatColumns(
    rows.map((row) => {
      const { who, amount, state, more } = describe(row)
      return ['', who, amount, state, more]
    }),
  )
}

/** On a low window the oldest go: they are done, mostly. */
function cutToHeight(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines]
  return [`  … ${lines.length - most + 1} more`, ...lines.slice(-(most - 1))]
}
