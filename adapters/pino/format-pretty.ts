import { styleText } from 'node:util'

const colours = {
  trace: 'grey',
  debug: 'grey',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
} as const

/** Formats one JSON line for people: `12:00:01.250 warn  keeper low  chain=56 balance=0.1`. */
export function formatPretty(line: string, colour: boolean): string {
  const { level, time, message, ...fields } = JSON.parse(line) as Record<string, unknown>
  const paint = (style: (typeof colours)[keyof typeof colours] | undefined, text: string) =>
    colour && style !== undefined ? styleText(style, text, { validateStream: false }) : text
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${show(value)}`)
  return `${[
    paint('grey', String(time).slice(11, 23)),
    paint(colours[String(level) as keyof typeof colours], String(level).padEnd(5)),
    [String(message ?? ''), paint('grey', rest.join(' '))].filter((part) => part !== '').join('  '),
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
