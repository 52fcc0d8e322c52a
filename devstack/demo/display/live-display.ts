import { styleText } from 'node:util'
import { formatColumns } from '../script/format.ts'
import type { DescribeRow } from './describe-row.ts'
import type { Display } from './display.ts'
import type { Row } from './rows.ts'

interface Terminal {
  write(text: string): void
  /** The size is read before each drawing, because a window can be resized. */
  size(): { columns: number; rows: number }
}

const NOTES_SHOWN = 6

/**
 * Creates a display with a table of all deposits, redrawn in place, and the newest notes below it.
 * A note of several lines (commands to copy) is printed once above the table and stays there.
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
    // Lines above the table are never cut, because people copy commands from them.
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

/** Returns the terminal codes that move up to the first drawn line and clear everything below. */
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

/** Drops the oldest rows if the window has too few lines. Most of the dropped deposits are done. */
function cutToHeight(lines: readonly string[], most: number): string[] {
  if (lines.length <= most) return [...lines]
  return [`  … ${lines.length - most + 1} more`, ...lines.slice(-(most - 1))]
}

const COLOURS: readonly (readonly [RegExp, 'red' | 'yellow' | 'grey' | 'cyan' | 'green'])[] = [
  [/ needs-attention\([^)]*\)/, 'red'],
  [/ waiting\([^)]*\)/, 'yellow'],
  [/ ignored\([^)]*\)/, 'grey'],
  [/ (confirming-sweep|confirming|detected|funding|sweeping)(?= |$)/, 'cyan'],
  [/ done(?= |$)/, 'green'],
]

/**
 * Colours the first state in a line. Call it after lines are cut to the window's width, because
 * colour codes would count as characters.
 */
export function paintState(line: string): string {
  for (const [state, colour] of COLOURS) {
    if (state.test(line))
      return line.replace(state, (text) => styleText(colour, text, { validateStream: false }))
  }
  return line
}
