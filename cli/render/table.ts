import type { DepositState } from '../../domain/deposits/deposit-state.ts'
import type { Colour, Paint } from '../session/paint.ts'

/**
 * A table cell. The colour applies to the whole cell and is added after padding, because colour
 * escapes must not count as width.
 */
export type Cell = string | { readonly text: string; readonly colour: Colour }

/** Formats left-aligned columns two spaces apart. The last column is not padded. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[column]).length)),
  )
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, column) => {
        const text = textOf(cell)
        const last = column === cells.length - 1
        const gap = last ? '' : ' '.repeat((widths[column] ?? 0) - text.length + 2)
        return (typeof cell === 'string' ? text : paint(cell.colour, text)) + gap
      })
      .join('')
      .trimEnd()
  const titles = head.map((text): Cell => ({ text, colour: 'grey' }))
  return [line(titles), ...rows.map(line)].join('\n')
}

/** Formats `name  value` lines with aligned values. */
export function formatPairs(pairs: readonly (readonly [string, Cell])[], paint: Paint): string {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs
    .map(([name, cell]) => {
      const text = textOf(cell)
      const value = typeof cell === 'string' ? text : paint(cell.colour, text)
      return `${paint('grey', name.padEnd(width))}  ${value}`.trimEnd()
    })
    .join('\n')
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '')
}

/** Formats an age in at most two units: `14s`, `3m`, `2h 5m`, `4d 1h`. */
export function formatAge(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000))
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(hours, 'h', minutes % 60, 'm')
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function two(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`
}

/**
 * Colour of a state. Red: an operator must act; yellow: the deposit waits; green: done; grey:
 * ignored or orphaned; cyan: in progress.
 */
export function stateColour(state: DepositState): Colour {
  if (state === 'needs-attention') return 'red'
  if (state === 'waiting') return 'yellow'
  if (state === 'done') return 'green'
  return state === 'ignored' || state === 'orphaned' ? 'grey' : 'cyan'
}
