import { describe, expect, it } from 'vitest'
import { tokenGap, walletWindow } from '../../scanner/backfill/backfill-window.ts'
import { createRangeSize } from '../../scanner/detect/adaptive-range.ts'
import { createHeadHint } from '../../scanner/follow/head-hint.ts'
import { createStallGuard, stallAfterMs } from '../../scanner/follow/stall-guard.ts'

describe('the size of a range', () => {
  it('halves down to one block and grows back after four calm readings', () => {
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
    ['go back to when the table was last read whole', { read: 100 }, [101, 10_000]],
    ['are none at the first start', { start: 10_001, read: 10_000 }, undefined],
    ['are those since the last reading where no more are wanted', { late: 0 }, [9_991, 10_000]],
    [
      'are none where none are wanted and the table was just read',
      { late: 0, read: 10_000 },
      undefined,
    ],
  ])('%s', (_, given, expected) => {
    expect(window(given)).toEqual(expected)
  })
})

describe('the blocks in which nobody has looked for a token', () => {
  const gap = (given: Partial<Record<'start' | 'height' | 'read' | 'late', number>>) => {
    const { start = 1, height = 10_000, read = 9_990, late = 5_000 } = given
    const { older, window } = tokenGap({
      startHeight: BigInt(start),
      height: BigInt(height),
      readTo: BigInt(read),
      lateWalletBlocks: late,
    })
    return [older, window].map((it) => it && [Number(it.from), Number(it.to)])
  }
  const none = undefined
  it.each([
    ['are those since it was read', {}, [none, [9_991, 10_000]]],
    ['are none where it was read up to the cursor', { read: 10_000 }, [none, none]],
    ['are none at the first start', { start: 10_001, read: 0 }, [none, none]],
    [
      'are from the start on where it was listed before that',
      { start: 9_000, read: 0 },
      [none, [9_000, 10_000]],
    ],
    [
      'are older above lateWalletBlocks',
      { read: 4_000 },
      [
        [4_001, 5_000],
        [5_001, 10_000],
      ],
    ],
    ['are all older where none are read late', { late: 0 }, [[9_991, 10_000], none]],
    ['are none at the cursor where none are read late', { late: 0, read: 10_000 }, [none, none]],
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

  it('waits half an hour on quick chains, since rollups are final in batches', () => {
    expect(stallAfterMs(250)).toBe(1_800_000)
    expect(stallAfterMs(60_000)).toBe(9_000_000)
  })
})

describe('a hint of a new head', () => {
  const never = new AbortController().signal
  it('ends a wait at once, also when it came before', async () => {
    const hint = createHeadHint()
    hint.give()
    await hint.wait(60_000, never)
    const waiting = hint.wait(60_000, never)
    hint.give()
    await waiting
  })

  it('is used up by one wait; the next ends by the poll', async () => {
    const hint = createHeadHint()
    hint.give()
    await hint.wait(60_000, never)
    const began = Date.now()
    await hint.wait(30, never)
    expect(Date.now() - began).toBeGreaterThanOrEqual(25)
  })

  it('is not waited for when stopping', async () => {
    const stop = new AbortController()
    const waiting = createHeadHint().wait(60_000, stop.signal)
    stop.abort()
    await waiting
  })
})
