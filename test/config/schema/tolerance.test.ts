import { describe, expect, it } from 'vitest'
import { errorsOf, readChain, usdt } from '../../harness/factories/a-config.ts'

const tokens = (tolerance: unknown) => ({
  tokens: [{ address: usdt, symbol: 'USDT', decimals: 18, min: '1', tolerance }],
})

describe('tolerance of a token', () => {
  it.each<[unknown, unknown]>([
    [0, { kind: 'units', units: 0n }],
    [2, { kind: 'units', units: 2n }],
    ['1000000000000000000', { kind: 'units', units: 10n ** 18n }],
    ['0.1%', { kind: 'share', parts: 100_000n }],
    ['2 %', { kind: 'share', parts: 2_000_000n }],
    ['0.000001%', { kind: 'share', parts: 1n }],
    [undefined, undefined],
  ])('is read from %j', (given, expected) => {
    expect(readChain(tokens(given)).tokens[0]?.tolerance).toEqual(expected)
  })

  it.each([-1, 0.5, '0.5', '-2', '1e3', '0.0000001%', '1000%', 'some', true, ''])(
    'is rejected with an example if it is %j',
    (given) => {
      expect(errorsOf(tokens(given))).toMatchObject([
        { path: 'chains[0].tokens[0].tolerance', fix: expect.stringContaining('such as') },
      ])
    },
  )

  it('is rejected if it is 100%, because it would accept any credit', () => {
    expect(errorsOf(tokens('100%'))[0]?.problem).toBe('"100%" would accept any credit')
  })
})
