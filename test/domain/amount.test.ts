import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUnits, parseUnits, smallerOf } from '../../domain/amount.ts'

describe('amounts', () => {
  it.each([
    ['1.5', 18, 1_500_000_000_000_000_000n],
    ['0', 18, 0n],
    ['0.000001', 6, 1n],
    ['007', 0, 7n],
    ['1', 2, 100n],
  ])('parses %s with %i decimals exactly', (text, decimals, amount) => {
    expect(parseUnits(text, decimals)).toBe(amount)
  })

  it.each(['', ' 1', '1 ', '-1', '+1', '1e3', '.5', '1.', '1,5', '0x10', 'one', '1.2.3'])(
    'rejects "%s" and quotes it in the error',
    (text) => {
      expect(() => parseUnits(text, 18)).toThrow(`"${text}"`)
    },
  )

  it('rejects more decimals than the asset has', () => {
    expect(() => parseUnits('0.0000001', 6)).toThrow('"0.0000001" has 7 decimals, the asset has 6')
  })

  it.each([
    [1_500_000n, 6, '1.5'],
    [1n, 18, '0.000000000000000001'],
    [-1_500_000n, 6, '-1.5'],
    [-1n, 2, '-0.01'],
    [0n, 6, '0'],
    [100n, 0, '100'],
    [100n, 2, '1'],
  ])('formats %d with %i decimals as %s', (amount, decimals, text) => {
    expect(formatUnits(amount, decimals)).toBe(text)
  })

  it('parses a formatted amount to the same amount, up to 2^256 − 1', () => {
    const amounts = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 36 }), (amount, decimals) => {
        expect(parseUnits(formatUnits(amount, decimals), decimals)).toBe(amount)
      }),
    )
  })

  it('smallerOf returns the smaller of two amounts above 2^53', () => {
    const big = 2n ** 64n
    expect([smallerOf(big, big + 1n), smallerOf(big + 1n, big), smallerOf(big, big)]).toEqual([
      big,
      big,
      big,
    ])
  })
})
