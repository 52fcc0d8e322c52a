/** How many blocks one reading takes: halves when a node refuses or gives up, grows again while it does not. */
export interface RangeSize {
  readonly blocks: number
  shrink(): void
  grow(): void
}

export function createRangeSize(options: {
  readonly first: number
  readonly most: number
}): RangeSize {
  let blocks = Math.min(options.first, options.most)
  let calm = 0
  return {
    get blocks() {
      return blocks
    },
    shrink() {
      blocks = Math.max(1, Math.floor(blocks / 2))
      calm = 0
    },
    // Not at once: a provider's limit would be run into at every second reading.
    grow() {
      calm += 1
      if (calm < 4) return
      calm = 0
      blocks = Math.min(options.most, blocks * 2)
    },
  }
}
