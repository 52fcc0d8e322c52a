import { describe, expect, it } from 'vitest'
import { formatAge, formatPairs, formatTable } from '../../../cli/render/table.ts'
import { createPaint, wantsColour } from '../../../cli/session/paint.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { readChain, usdt } from '../../harness/factories/a-config.ts'

const now = new Date('2026-01-10T00:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)

describe('formatAge', () => {
  it.each([
    [0, '0s'],
    [59, '59s'],
    [60, '1m'],
    [3_599, '59m'],
    [3_600, '1h'],
    [7_500, '2h 5m'],
    [90_000, '1d 1h'],
  ])('formats an age of %d seconds as %s', (seconds, text) => {
    expect(formatAge(ago(seconds), now)).toBe(text)
  })

  it('returns 0s for a negative age, which occurs if clocks differ', () => {
    expect(formatAge(ago(-5), now)).toBe('0s')
  })
})

describe('formatTable and formatPairs', () => {
  it('formatTable aligns columns with and without colours', () => {
    const rows = [
      [{ text: 'waiting', colour: 'yellow' } as const, '3m'],
      ['done', '12s'],
    ]
    const plain = formatTable(['state', 'for'], rows, createPaint(false))
    expect(plain).toBe('state    for\nwaiting  3m\ndone     12s')
    const coloured = formatTable(['state', 'for'], rows, createPaint(true))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test removes escapes
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain)
    expect(coloured).toContain('\u001b[33mwaiting\u001b[39m')
  })

  it('formatPairs aligns the values', () => {
    const pairs = [
      ['a', '1'],
      ['long', '2'],
    ] as const
    expect(formatPairs(pairs, createPaint(false))).toBe('a     1\nlong  2')
  })
})

describe('wantsColour', () => {
  it('returns true on terminals unless NO_COLOR or TERM=dumb is set', () => {
    expect(wantsColour(true, {})).toBe(true)
    expect(wantsColour(false, {})).toBe(false)
    expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColour(true, { TERM: 'dumb' })).toBe(false)
  })
})

describe('createAssetNames', () => {
  const names = createAssetNames([readChain()])
  const token = usdt.toLowerCase() as `0x${string}`
  const unlisted = `0x${'1'.repeat(40)}` as const

  it('amount returns human units with the symbol', () => {
    expect(names.amount(56, 'native', 1_500_000_000_000_000_000n)).toBe('1.5 BNB')
    expect(names.amount(56, token, 2n * 10n ** 18n)).toBe('2 USDT')
  })

  it('returns the ids of unlisted chains and assets', () => {
    expect(names.amount(56, unlisted, 7n)).toBe(`7 units of 0x${'1'.repeat(40)}`)
    expect(names.symbol(1, 'native')).toBe('native')
    expect(names.chainName(1)).toBe('1')
  })

  it('find accepts a symbol in any case or a token address, on one chain or on all chains', () => {
    expect(names.find('usdt', undefined)).toEqual([{ chainId: 56, id: token }])
    expect(names.find(usdt, 56)).toEqual([{ chainId: 56, id: token }])
    expect(names.find('bnb', 1)).toEqual([])
    expect(names.find('DOGE', undefined)).toEqual([])
  })
})
