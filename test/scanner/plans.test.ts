import { describe, expect, it } from 'vitest'
import { tokenGap, walletWindow } from '../../scanner/backfill/backfill-window.ts'
import { createRangeSize } from '../../scanner/detect/adaptive-range.ts'
import { createHeadHint } from '../../scanner/follow/head-hint.ts'
import { createStallGuard, stallAfterMs } from '../../scanner/follow/stall-guard.ts'

// Tests small helpers of the scanner: range size, backfill windows, stall guard and head hint.
describe('the size of a range', () => {
  it('halves down to one block, and doubles after every four pieces without an error', () => {
    const size = createRangeSize({ first: 64, most: 100 })
    const seen = [size.blocks]
    for (let i = 0; i < 8; i += 1) {
      size.shrink()
      seen.push(size.blocks)
    }
    expect(seen).toEqual([64, 32, 16, 8, 4, 2, 1, 1, 1])
    for (let i = 0; i < 3; i += 1) size.grow()
    expect(size.blocks).toBe(1)
    size.grow()
    expect(size.blocks).toBe(2)
    for (let i = 0; i < 100; i += 1) size.grow()
    expect(size.blocks).toBe(100)
  })
})

describe('the blocks to backfill for a new wallet', () => {
  const window = (given: Partial<Record<'start' | 'height' | 'read' | 'late', number>>) => {
    const { start = 1, height = 10_000, read = 9_990, late = 5_000 } = given
    const found = walletWindow({
      startHeight: BigInt(start),
      height: BigInt(height),
      walletsHeight: BigInt(read),
      lateWalletBlocks: late,
    })
    return found && [Number(found.from), Number(found.to)]
  }
  it.each([
    ['are the last lateWalletBlocks', {}, [5_001, 10_000]],
    ['do not go below the start', { start: 8_000 }, [8_000, 10_000]],
    ['begin after the height at which the table was last read whole', { read: 100 }, [101, 10_000]],
    ['are none at the first start', { start: 10_001, read: 10_000 }, undefined],
    [
      'are only those since the last table read if lateWalletBlocks is 0',
      { late: 0 },
      [9_991, 10_000],
    ],
    [
      'are none if lateWalletBlocks is 0 and the table was just read',
      { late: 0, read: 10_000 },
      undefined,
    ],
  ])('%s', (_, given, expected) => {
    expect(window(given)).toEqual(expected)
  })
})

describe('the blocks that were scanned without a token', () => {
  const gap = (given: Partial<Record<'start' | 'height' | 'read' | 'late' | 'begun', number>>) => {
    const { start = 1, height = 10_000, read = 9_990, late = 5_000, begun } = given
    const { older, window } = tokenGap({
      startHeight: BigInt(start),
      height: BigInt(height),
      readTo: BigInt(read),
      backfillTo: begun === undefined ? null : BigInt(begun),
      lateWalletBlocks: late,
    })
    return [older, window].map((it) => it && [Number(it.from), Number(it.to)])
  }
  const none = undefined
  it.each([
    ['are those after the last block that was scanned with the token', {}, [none, [9_991, 10_000]]],
    ['are none if the token was scanned up to the cursor', { read: 10_000 }, [none, none]],
    ['are none at the first start', { start: 10_001, read: 0 }, [none, none]],
    [
      'begin at the start block if the token was last scanned before it',
      { start: 9_000, read: 0 },
      [none, [9_000, 10_000]],
    ],
    [
      'are split into older blocks and the last lateWalletBlocks',
      { read: 4_000 },
      [
        [4_001, 5_000],
        [5_001, 10_000],
      ],
    ],
    ['are all older blocks if lateWalletBlocks is 0', { late: 0 }, [[9_991, 10_000], none]],
    [
      'are all blocks from the start if no scanner listed the token before',
      { read: 0, start: 100 },
      [
        [100, 5_000],
        [5_001, 10_000],
      ],
    ],
    [
      'keep the first block of an interrupted backfill, although new blocks came',
      { read: 5_000, height: 10_100, begun: 10_000 },
      [none, [5_001, 10_100]],
    ],
    [
      'are split again if the backfill was interrupted more than lateWalletBlocks ago',
      { read: 5_000, height: 15_001, begun: 10_000 },
      [
        [5_001, 10_001],
        [10_002, 15_001],
      ],
    ],
    [
      'are none if lateWalletBlocks is 0 and the token was scanned up to the cursor',
      { late: 0, read: 10_000 },
      [none, none],
    ],
  ])('%s', (_, given, expected) => {
    expect(gap(given)).toEqual(expected)
  })
})

describe('the stall guard', () => {
  it('reports how long the final height has not risen, and resets when it rises', () => {
    let now = 0
    const guard = createStallGuard(1_000, { now: () => new Date(now) })
    const see = (at: number, height: bigint | undefined) => {
      now = at
      return [guard.see(height), guard.stalled]
    }
    expect(see(0, 5n)).toEqual([0, false])
    expect(see(999, 5n)).toEqual([999, false])
    expect(see(1_000, 5n)).toEqual([1_000, true])
    expect(see(1_500, 4n)).toEqual([1_500, true])
    expect(see(1_600, undefined)).toEqual([1_600, true])
    expect(see(2_000, 6n)).toEqual([0, false])
  })

  it('waits at least half an hour, because rollups become final in batches', () => {
    expect(stallAfterMs(250)).toBe(1_800_000)
    expect(stallAfterMs(60_000)).toBe(9_000_000)
  })
})

describe('a hint of a new head', () => {
  const never = new AbortController().signal
  it('ends a wait at once, also if the hint came before the wait', async () => {
    const hint = createHeadHint()
    hint.give()
    await hint.wait(60_000, never)
    const waiting = hint.wait(60_000, never)
    hint.give()
    await waiting
  })

  it('is used up by one wait, so that the next wait lasts the whole poll interval', async () => {
    const hint = createHeadHint()
    hint.give()
    await hint.wait(60_000, never)
    const began = Date.now()
    await hint.wait(30, never)
    expect(Date.now() - began).toBeGreaterThanOrEqual(25)
  })

  it('is no longer awaited when the scanner stops', async () => {
    const stop = new AbortController()
    const waiting = createHeadHint().wait(60_000, stop.signal)
    stop.abort()
    await waiting
  })
})
