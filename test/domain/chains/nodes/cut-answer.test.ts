import { describe, expect, it } from 'vitest'
import { mayBeCut } from '../../../../domain/chains/nodes/cut-answer.ts'

describe('an answer that may be cut off', () => {
  it.each([
    50, 64, 100, 128, 150, 200, 250, 256, 500, 512, 1_000, 1_024, 1_500, 2_000, 2_500, 4_096, 5_000,
    10_000, 15_000, 20_000, 65_536, 100_000,
  ])('has as many entries as a limit has: %s', (count) => {
    expect(mayBeCut(count)).toBe(true)
  })

  it.each([
    0, 1, 2, 5, 8, 10, 16, 32, 49, 51, 55, 60, 99, 101, 125, 180, 999, 1_001, 1_100, 4_095, 9_999,
    12_000, 65_535,
  ])('does not have so many: %s', (count) => {
    expect(mayBeCut(count)).toBe(false)
  })

  it('is one in fifty of the answers of up to a thousand, and of up to ten thousand one in four hundred', () => {
    const share = (from: number, to: number) => {
      const counts = Array.from({ length: to - from }, (_, n) => from + n)
      return counts.filter(mayBeCut).length / counts.length
    }
    expect(share(100, 1_000)).toBeLessThan(1 / 40)
    expect(share(1_000, 10_000)).toBeLessThan(1 / 400)
  })
})
