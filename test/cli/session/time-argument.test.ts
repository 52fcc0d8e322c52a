import { describe, expect, it } from 'vitest'
import { dateArgument, timeArgument } from '../../../cli/session/time-argument.ts'

describe('a time on the command line', () => {
  it.each([
    ['2026-11-29', '2026-11-29T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['2026-11-29T06:30:00Z', '2026-11-29T06:30:00Z'],
    ['2026-11-29t06:30:00.123456z', '2026-11-29T06:30:00.123456Z'],
    ['2026-11-29 06:30:00+02:00', '2026-11-29T06:30:00+02:00'],
    ['2026-11-29T06:30Z', '2026-11-29T06:30:00Z'],
  ])('%s is %s', (text, found) => {
    expect(timeArgument(text)).toBe(found)
  })

  it.each([
    '2026-02-30',
    '2026-13-01',
    '2026-11-29T24:00:00Z',
    '2026-11-29T06:61:00Z',
    '2026-11-29T06:30:00+25:00',
    '29.11.2026',
    'yesterday',
    '1764400000',
    '',
  ])('%j is refused', (text) => {
    expect(() => timeArgument(text)).toThrow('Expected a date such as 2026-11-29 (UTC)')
  })

  it('asks for the zone of a time that has none', () => {
    expect(() => timeArgument('2026-11-29T06:30:00')).toThrow('with its zone (Z for UTC)')
  })

  it('is a date only where a day is wanted', () => {
    expect(dateArgument('2026-11-29')).toBe('2026-11-29')
    expect(() => dateArgument('2026-11-29T00:00:00Z')).toThrow('Expected a date in UTC')
    expect(() => dateArgument('2026-11-31')).toThrow('Expected a date in UTC')
  })
})
