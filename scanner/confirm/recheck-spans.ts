import { largerOf, smallerOf } from '../../domain/amount.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import type { Heights } from '../detect/adaptive-range.ts'

/** Ascending ranges of blocks that are still to be rechecked. They do not overlap. */
export type Spans = readonly Heights[]

/** Appends a range. If the range follows the last span directly, that span is extended. */
export function append(spans: Spans, { from, to }: Heights): Spans {
  if (from > to) return spans
  const last = spans.at(-1)
  if (last && last.to + 1n === from) return [...spans.slice(0, -1), { from: last.from, to }]
  return [...spans, { from, to }]
}

/** @returns the parts of the spans between two heights, both included */
export function between(spans: Spans, from: bigint, to: bigint): Spans {
  return spans
    .map((span) => ({ from: largerOf(span.from, from), to: smallerOf(span.to, to) }))
    .filter((span) => span.from <= span.to)
}

/**
 * Nodes without history serve the newest 128 blocks. This limit is lower, because the head moves by
 * a few blocks while a request is in flight.
 */
const stillKept = 120n
/**
 * Blocks this close to the head are rechecked later, because a node may lag behind the head, and
 * one later search covers many blocks.
 */
const tooNew = 32n

/** Remembers the blocks that were rechecked before a node without history deleted their logs. */
export interface CheckedInTime {
  /**
   * Returns the blocks to recheck now; undefined until the node is about to delete the logs of one
   * of these blocks.
   * @param lowest lowest block that must be rechecked before it is final
   * @param highest highest block that was read
   */
  due(lowest: bigint, highest: bigint, head: bigint): Heights | undefined
  add(heights: Heights): void
  /** Call it after a reorg removed the blocks above this height. */
  rewound(height: bigint): void
  /** Whether all these blocks were rechecked in time. */
  holds(heights: Heights): boolean
}

export function createCheckedInTime(): CheckedInTime {
  let checked: Heights = { from: 1n, to: 0n }
  return {
    due(lowest, highest, head) {
      const from = largerOf(largerOf(lowest, checked.to + 1n), head - stillKept)
      const to = smallerOf(highest, head - tooNew)
      return head - from < keptStates || from > to ? undefined : { from, to }
    },
    add({ from, to }) {
      checked = from === checked.to + 1n ? { from: checked.from, to } : { from, to }
    },
    rewound(height) {
      if (checked.to > height) checked = { from: checked.from, to: height }
    },
    holds: ({ from, to }) => from >= checked.from && to <= checked.to,
  }
}
