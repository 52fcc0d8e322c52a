import { largerOf, smallerOf } from '../../domain/amount.ts'
import { keptStates } from '../../domain/chains/nodes/kept-states.ts'
import type { Heights } from '../detect/adaptive-range.ts'

/** Nodes without history answer for 128 blocks; some of them pass while we ask. */
const stillKept = 120n
/**
 * Near the head a node may lag: what it has not got yet is asked for later, many blocks at once.
 */
const settled = 32n

/** Which blocks were asked about again before a node without history forgot their logs. */
export interface AskedInTime {
  /**
   * What to ask about now: nothing until a block comes near to being forgotten.
   * @param lowest that is to be asked about before it is final @param highest that was read
   */
  due(lowest: bigint, highest: bigint, head: bigint): Heights | undefined
  add(heights: Heights): void
  /** Blocks above were taken by a reorg. */
  rewound(height: bigint): void
  holds(heights: Heights): boolean
}

export function createAskedInTime(): AskedInTime {
  let asked: Heights = { from: 1n, to: 0n }
  return {
    due(lowest, highest, head) {
      const from = largerOf(largerOf(lowest, asked.to + 1n), head - stillKept)
      const to = smallerOf(highest, head - settled)
      return head - from < keptStates || from > to ? undefined : { from, to }
    },
    add({ from, to }) {
      asked = from === asked.to + 1n ? { from: asked.from, to } : { from, to }
    },
    rewound(height) {
      if (asked.to > height) asked = { from: asked.from, to: height }
    },
    holds: ({ from, to }) => from >= asked.from && to <= asked.to,
  }
}
