import { expect, it } from 'vitest'
import { shuffled } from '../../domain/lists.ts'

it('shuffled keeps each item once, and each item comes first in some of 200 calls', () => {
  const items = [1, 2, 3, 4]
  const begun = new Set<number>()
  for (let tries = 0; tries < 200; tries += 1) {
    const order = shuffled(items)
    expect([...order].sort()).toEqual(items)
    begun.add(order[0] as number)
  }
  expect(begun.size).toBe(4)
  expect(items).toEqual([1, 2, 3, 4])
})

it('shuffled returns an empty list for an empty list', () => {
  expect(shuffled([])).toEqual([])
})
