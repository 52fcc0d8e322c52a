import { InvalidArgumentError } from 'commander'

const date = /^\d{4}-\d\d-\d\d$/
const time = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)$/

/**
 * Parses a date (its first moment in UTC) or an RFC 3339 time with a zone. The text keeps up to six
 * digits of a second, because rows have microseconds.
 * @returns RFC 3339 text
 */
export function timeArgument(text: string): string {
  if (date.test(text)) return isDay(text) ? `${text}T00:00:00Z` : refuse(text)
  const [whole, day = '', hours, minutes, seconds = '00', fraction = '', zone = ''] =
    time.exec(text) ?? []
  if (whole === undefined || !isDay(day)) return refuse(text)
  const found = `${day}T${hours}:${minutes}:${seconds}${fraction}${zone.toUpperCase()}`
  return Number.isNaN(Date.parse(found)) || Number(hours) > 23 ? refuse(text) : found
}

/** Parses a date such as 2026-11-29. */
export function dateArgument(text: string): string {
  if (date.test(text) && isDay(text)) return text
  throw new InvalidArgumentError('Expected a date in UTC, such as 2026-11-29.')
}

/** `Date` accepts February 30 as March 2, so the day has to survive a round trip. */
function isDay(day: string): boolean {
  const moment = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day)
}

function refuse(text: string): never {
  const hint = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d/.test(text) ? ' with its zone (Z for UTC)' : ''
  throw new InvalidArgumentError(
    `Expected a date such as 2026-11-29 (UTC), or a time such as 2026-11-29T06:30:00Z${hint}.`,
  )
}
