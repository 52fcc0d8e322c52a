import { expect, it } from 'vitest'
import { secondsToEmpty, sweepsLeft } from '../../../domain/keeper/keeper-figures.ts'

const facts = { uncommittedWei: 7_200n, emptyBelowWei: 10n, spentWei: 3_600n, averageCostWei: 50 }

it('divides the uncommitted balance by burn rate and mean cost', () => {
  expect(secondsToEmpty(facts)).toBe(7_200)
  expect(sweepsLeft(facts)).toBe(144)
})

it('reports no end while nothing is spent, and no sweeps before the first gas payment', () => {
  expect(secondsToEmpty({ ...facts, spentWei: 0n })).toBe(Number.POSITIVE_INFINITY)
  expect(sweepsLeft({ ...facts, averageCostWei: undefined })).toBeUndefined()
})

it('reports 0 for an empty keeper, although an empty keeper spends nothing', () => {
  const empty = { ...facts, uncommittedWei: 9n, spentWei: 0n, averageCostWei: undefined }
  expect(secondsToEmpty(empty)).toBe(0)
  expect(sweepsLeft(empty)).toBe(0)
})
