/** Clears the screen and moves the cursor to its first cell. */
const clear = '\u001b[2J\u001b[H'

/** A screen of a view that refreshes itself. Rows that do not fit are counted instead of shown. */
export function screenOf(text: string, head: string, rows: number): string {
  const lines = text.trimEnd().split('\n')
  const room = Math.max(1, rows - 3)
  const shown = lines.length > room ? [...lines.slice(0, room - 1)] : lines
  const hidden = lines.length - shown.length
  const more = hidden > 0 ? [`… ${hidden} more: --limit or a filter shows fewer`] : []
  return `${clear}${[head, '', ...shown, ...more].join('\n')}\n`
}
