import type { Column } from './columns.ts'

/** `json` is one JSON object a line (NDJSON), because a stream has no end that closes an array. */
export const exportFormats = ['csv', 'json'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Returns the first line of a file: the names of the columns in CSV, nothing in NDJSON. */
export function formatHead<Row>(format: ExportFormat, columns: readonly Column<Row>[]): string {
  return format === 'csv' ? csvLine(columns.map(({ name }) => name)) : ''
}

/** Formats rows as lines. Both formats have the same columns, in the same order. */
export function formatRows<Row>(
  format: ExportFormat,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string {
  const line = format === 'csv' ? csvRow : jsonRow
  return rows.map((row) => line(columns, row)).join('')
}

function csvRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  return csvLine(
    columns.map(({ kind, value }) => {
      const text = value(row)
      if (text === null) return ''
      return kind === 'number' ? String(text) : quote(neutral(String(text)))
    }),
  )
}

/** RFC 4180: commas between cells, CRLF after each record. */
const csvLine = (cells: readonly string[]) => `${cells.join(',')}\r\n`

const quote = (cell: string) =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

/**
 * Prefixes text that a spreadsheet would run as a formula with an apostrophe, which spreadsheets
 * hide. Full-width signs count too: some spreadsheets read them like the plain ones.
 */
const neutral = (text: string) => (/^[\t\r\n]|^\s*[=+\-@＝＋－＠|%]/.test(text) ? `'${text}` : text)

function jsonRow<Row>(columns: readonly Column<Row>[], row: Row): string {
  const cells = columns.map(({ name, json, value }) => {
    const text = value(row)
    return [name, text === null || json === 'number' ? text : String(text)] as const
  })
  return `${JSON.stringify(Object.fromEntries(cells))}\n`
}
