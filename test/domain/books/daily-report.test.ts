import { describe, expect, it } from 'vitest'
import { splitCoverage } from '../../../domain/books/daily-report.ts'

const split = (more: Partial<Parameters<typeof splitCoverage>[0]>) =>
  splitCoverage({ before: 0n, after: 10n, arrived: 10n, left: 10n, besides: 0n, ...more })

describe('the deposits that a sweep covered on one day', () => {
  it.each([
    ['a plain token', {}, { swept: 10n, fees: 0n }],
    ['a token with a fee', { arrived: 9n }, { swept: 9n, fees: 1n }],
    ['native coin without gas money', { arrived: 7n }, { swept: 7n, fees: 3n }],
    ['native coin with gas money', { arrived: 12n, left: 13n }, { swept: 10n, fees: 0n }],
    [
      'fees that the wallet paid before',
      { arrived: 7n, left: 8n, besides: 2n },
      { swept: 7n, fees: 3n },
    ],
    ['a deposit that is covered later', { before: 8n, arrived: 9n }, { swept: 1n, fees: 1n }],
    ['money that somebody took', { arrived: 6n, left: 7n }, { swept: 6n, fees: 1n }],
  ] as const)('%s', (_name, more, wanted) => {
    expect(split(more)).toEqual(wanted)
  })
})
