import { describe, expect, it } from 'vitest'
import { mapConcurrently, mapFromRandomStart } from '../../runtime/map-concurrently.ts'

describe('mapConcurrently', () => {
  it('keeps the order of the items and never exceeds the concurrency', async () => {
    let at = 0
    let most = 0
    const results = await mapConcurrently([30, 10, 20, 5, 1], 2, async (ms) => {
      at += 1
      most = Math.max(most, at)
      await new Promise((resolve) => setTimeout(resolve, ms))
      at -= 1
      return ms
    })
    expect(results).toEqual([30, 10, 20, 5, 1])
    expect(most).toBe(2)
  })

  it('starts no call after the first error', async () => {
    const begun: number[] = []
    const mapped = mapConcurrently([1, 2, 3, 4], 1, async (n) => {
      begun.push(n)
      if (n === 2) throw new Error('two')
    })
    await expect(mapped).rejects.toThrow('two')
    expect(begun).toEqual([1, 2])
  })
})

describe('mapFromRandomStart', () => {
  it('starts at the given item, wraps around and keeps the order of the items', async () => {
    const begun: number[] = []
    const work = async (n: number) => {
      begun.push(n)
      return n * 10
    }
    expect(await mapFromRandomStart([1, 2, 3, 4], 1, work, 2)).toEqual([10, 20, 30, 40])
    expect(begun).toEqual([3, 4, 1, 2])
    expect(await mapFromRandomStart([], 1, work)).toEqual([])
  })
})
