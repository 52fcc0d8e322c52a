export interface Backoff {
  /** Milliseconds to sleep after one more failure. */
  nextMs(): number
  /** After a success: the next failure sleeps `firstMs` again. */
  reset(): void
}

/**
 * Doubles from `firstMs` up to `longestMs`. Has no jitter, because it has few users and each
 * reaches one service.
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
