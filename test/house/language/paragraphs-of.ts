import type { Text } from './texts-of.ts'

type Line = { readonly text: string; readonly line: number; readonly table: boolean }

/** Returns the lines of a Markdown file without fenced code blocks. */
export function proseLines(source: string): readonly Line[] {
  let fenced = false
  return source.split('\n').flatMap((text, n) => {
    const fence = /^\s*(```|~~~)/.test(text)
    if (fence) fenced = !fenced
    if (fence || fenced) return []
    return [{ text, line: n + 1, table: /^\s*\|/.test(text) }]
  })
}

/** Returns the paragraphs, list items and table rows of a Markdown file, without any headings. */
export function paragraphsOf(source: string): readonly Text[] {
  const found: { kind: 'markdown'; text: string; line: number }[] = []
  let open = false
  const lines = proseLines(source)
  for (const [n, { text, line, table }] of lines.entries()) {
    const prose = text.replace(/`[^`]*`/g, '``')
    const last = found.at(-1)
    if (/^\s*$|^#/.test(text) || isTableRule(lines[n + 1]?.text)) open = false
    else if (table || !open || !last || /^\s*([-*>]|\d+\.) /.test(text)) {
      found.push({ kind: 'markdown', text: prose, line })
      open = !table
    } else last.text += `\n${prose}`
  }
  return found
}

const isTableRule = (text = '') => /^\s*\|[\s:|-]+$/.test(text)
