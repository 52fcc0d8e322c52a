import type { Colour, Paint } from '../session/paint.ts'

/** A table cell. It is coloured as a whole, because colour escapes must not count as width. */
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
