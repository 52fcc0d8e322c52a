/**
 * How many blocks one piece of a reading takes: halves when a piece fails, grows again while none
 * does.
 */
export interface RangeSize {
  readonly blocks: number
  /**
   * @param failed blocks of the piece that failed @param suggested blocks that the node would take
   */
  shrink(failed?: number, suggested?: number): void
  grow(): void
}

const calmBefore = 4
/** A width that failed is tried seldom: each try costs a time-out where the node is slow. */
const calmBeforeFailing = 32

export function createRangeSize(options: {
  readonly first: number
  readonly most: number
}): RangeSize {
  let blocks = Math.min(options.first, options.most)
  let calm = 0
  /** The narrowest width that failed since a width as large worked. */
  let failing = Number.POSITIVE_INFINITY
  return {
    get blocks() {
      return blocks
    },
    shrink(failed, suggested) {
      if (failed !== undefined) failing = Math.min(failing, failed)
      // The last piece of a range may be shorter than a piece may be.
      blocks = Math.max(1, suggested ?? Math.floor(Math.min(failed ?? blocks, blocks) / 2))
      calm = 0
    },
    // Not at once: a provider's limit would be run into at every second reading.
    grow() {
      calm += 1
      const wider = Math.min(options.most, blocks * 2)
      if (calm < (wider >= failing ? calmBeforeFailing : calmBefore)) return
      calm = 0
      if (wider >= failing) failing = Number.POSITIVE_INFINITY
      blocks = wider
    },
  }
}
