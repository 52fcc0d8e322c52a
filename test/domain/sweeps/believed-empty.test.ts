import { describe, expect, it } from 'vitest'
import { isBelievedEmpty } from '../../../domain/sweeps/believed-empty.ts'

describe('a balance of 0 at the block of a sweep', () => {
  const all = { coverableAmount: 100n, leftAmount: 100n }
  it.each([
    ['the block left something', { ...all, emptied: false, remainingAmount: 3n }, false, false],
    ['the head says 0 too', { ...all, emptied: true, remainingAmount: 0n }, true, true],
    ['all was moved, nothing came', { ...all, emptied: true, remainingAmount: null }, false, true],
    ['a deposit came since', { ...all, emptied: true, remainingAmount: null }, true, false],
    [
      'a reserve for gas must be there still',
      { coverableAmount: 100n, leftAmount: 90n, emptied: true, remainingAmount: null },
      false,
      false,
    ],
  ])('%s', (_, outcome, cameSince, believed) => {
    expect(isBelievedEmpty(outcome, cameSince)).toBe(believed)
  })
})
