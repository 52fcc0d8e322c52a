import type { Clock } from '../../domain/process.ts'

/** Notices that a height has stopped. */
export interface StallGuard {
  /** Call with the height after each reading. @returns how long the height has not risen, in ms */
  see(taggedHeight: bigint | undefined): number
  readonly stalled: boolean
}

/**
 * Ethereum's final height rises every 6.4 minutes, and a rollup's final height rises when a batch
 * is posted. Half an hour without a rise is abnormal everywhere.
 */
const shortestStallMs = 30 * 60_000
const stallBlocks = 150

/** Returns the time after which a final height counts as stopped. */
export function stallAfterMs(blockTimeMs: number): number {
  return Math.max(shortestStallMs, blockTimeMs * stallBlocks)
}

/** The widest gaps between blocks on a working chain are a few block times. */
const shortestHeadStallMs = 60_000
const headStallBlocks = 20

/** Returns the time after which a head counts as stopped. */
export function headStallAfterMs(blockTimeMs: number): number {
  return Math.max(shortestHeadStallMs, blockTimeMs * headStallBlocks)
}

/**
 * Creates a guard for one height: the finalized (or safe) height, or the head. Deposits wait while
 * the height is stopped, and no other check would report the reason.
 */
export function createStallGuard(limitMs: number, clock: Clock): StallGuard {
  let highest = -1n
  let since = clock.now().getTime()
  let stoodMs = 0
  return {
    see(taggedHeight) {
      const now = clock.now().getTime()
      if (taggedHeight !== undefined && taggedHeight > highest) {
        highest = taggedHeight
        since = now
      }
      stoodMs = now - since
      return stoodMs
    },
    get stalled() {
      return stoodMs >= limitMs
    },
  }
}
