/** A seeded generator of random values (mulberry32). */
export interface Draw {
  /** An integer from 0 to `limit - 1`. */
  below(limit: number): number
  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number
  /** True with the probability `share`, 0 to 1. */
  chance(share: number): boolean
  oneOf<T>(some: readonly T[]): T
  times<T>(count: number, make: (n: number) => T): readonly T[]
}

/** Creates a generator that returns the same values for the same seed. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (share) => next() < share,
    oneOf<T>(some: readonly T[]) {
      return some[below(some.length)] as T
    },
    times: (count, make) => Array.from({ length: count }, (_, n) => make(n)),
  }
}
