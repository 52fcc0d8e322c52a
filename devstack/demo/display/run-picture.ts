/**
 * Customers of the demo whose lines are drawn. Their deposits show a keeper without funds, dust,
 * and a token that refuses a transfer.
 */
const shownCustomers = ['carol', 'grace', 'heidi']
/** Matches notes about the start and the services, which are not part of the story. */
const stageNotes = /· (?:Temporal namespace|starting|event |the worker is ready)/
/** Matches the judge's checks that are drawn: sums of money, gas and destinations. */
const shownChecks = /^ {2}(?:ok|FAIL) {2}(?:\w+ in = out|gas keeper|gas once|destinations)/

const columns = 108
const lineHeight = 19
const charWidth = 8.4
const padding = 16

const colours: readonly (readonly [RegExp, string])[] = [
  [/needs-attention\([^)]*\)/, '#ff7b72'],
  [/waiting\([^)]*\)/, '#e3b341'],
  [/ignored\([^)]*\)/, '#8b949e'],
  [/\bdone\b/, '#56d364'],
  [/\b(?:confirming-sweep|confirming|detected|funding|sweeping)\b/, '#79c0ff'],
  [/^ {2}ok\b|^PASS\b.*/, '#56d364'],
  [/^.*FAIL\b.*/, '#ff7b72'],
  [/· .*/, '#d2a8ff'],
]

/**
 * Draws one run as an SVG from the text of the plain display: the events of the story, the lines of
 * three customers, and the sums with some of the judge's checks. Lines are left out or cut at the
 * right, never changed.
 */
export function runPicture(text: string): string {
  const lines = ['$ npm start -- --once', ...pickLines(text)]
  const width = Math.ceil(columns * charWidth) + 2 * padding
  const height = lines.length * lineHeight + 2 * padding
  const rows = lines.map(
    (line, row) =>
      `  <text x="${padding}" y="${padding + row * lineHeight + 14}">${drawLine(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
  <title>One run of the coldsweep demo</title>
  <style>text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #c9d1d9; white-space: pre }</style>
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`
}

function pickLines(text: string): readonly string[] {
  const all = text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
  const table = all.findIndex((line) => /^ +asset +deposited/.test(line))
  const story = all.slice(0, table < 0 ? all.length : table).filter(isStory)
  const sums = table < 0 ? [] : all.slice(table).filter(isSum)
  return [...story, '', ...sums].map((line) =>
    line.length > columns ? `${line.slice(0, columns - 1)}…` : line,
  )
}

function isStory(line: string): boolean {
  if (!/^ *\d+\.\ds {2}/.test(line) || stageNotes.test(line)) return false
  const [, who = ''] = /s {2}(\S+)/.exec(line) ?? []
  return who === '·' || shownCustomers.includes(who)
}

function isSum(line: string): boolean {
  return !/^ {2}(?:ok|FAIL)\b|^nothing left/.test(line) || shownChecks.test(line)
}

function drawLine(line: string): string {
  for (const [pattern, colour] of colours) {
    const found = pattern.exec(line)
    if (!found) continue
    const [part] = found
    const end = found.index + part.length
    const coloured = `<tspan fill="${colour}">${escapeXml(part)}</tspan>`
    return `${escapeXml(line.slice(0, found.index))}${coloured}${escapeXml(line.slice(end))}`
  }
  return escapeXml(line)
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
