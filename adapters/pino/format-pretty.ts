const colours: Readonly<Record<string, string>> = {
  trace: '90',
  debug: '90',
  info: '36',
  warn: '33',
  error: '31',
  fatal: '31',
}

/** `12:00:01.250 warn  keeper low  chain=56 balance=0.1` from one JSON line. */
export function formatPretty(line: string, colour: boolean): string {
  const { level, time, message, ...fields } = JSON.parse(line) as Record<string, unknown>
  const paint = (code: string | undefined, text: string) =>
    colour && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${show(value)}`)
  return `${[
    paint('90', String(time).slice(11, 23)),
    paint(colours[String(level)], String(level).padEnd(5)),
    [String(message ?? ''), paint('90', rest.join(' '))].filter((part) => part !== '').join('  '),
  ].join(' ')}\n`
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'type' in value && 'message' in value) {
    const cause = 'cause' in value ? ` ← ${show(value.cause)}` : ''
    return `${String(value.type)}: ${String(value.message)}${cause}`
  }
  if (typeof value !== 'string') return JSON.stringify(value) ?? ''
  return /\s/.test(value) ? JSON.stringify(value) : value
}
