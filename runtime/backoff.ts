export interface Backoff {
  /** How long to sleep after one more failure. */
  nextMs(): number
  /** After a success: the next failure sleeps `firstMs` again. */
  reset(): void
}

/**
 * Doubles from `firstMs` up to `longestMs`. No jitter: its users are few and reach one service
 * each.
 */
export function createBackoff(firstMs: number, longestMs: number): Backoff {
  let ms = firstMs
  return {
    nextMs() {
      const now = ms
      ms = Math.min(ms * 2, longestMs)
      return now
    },
    reset() {
      ms = firstMs
    },
  }
}
