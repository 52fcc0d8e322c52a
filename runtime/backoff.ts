/** Sleeps between retries, which grow after each failure. */
export interface Backoff {
  /** Returns the milliseconds to sleep after one more failure. */
  nextMs(): number
  /** Call it after a success. The sleep after the next failure is `firstMs` again. */
  reset(): void
}

/**
 * Creates a backoff that doubles from `firstMs` up to `longestMs`. It has no jitter, because it has
 * few callers and each of them reaches one service.
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
