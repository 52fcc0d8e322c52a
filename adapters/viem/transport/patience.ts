/**
 * A body must arrive at this rate at least, beside the time-out: an endpoint that trickles must not
 * hold the slot of large bodies.
 */
const bytesPerMs = 1024

export interface Patience {
  /** Bytes have arrived: each gives the rest of the body more time. */
  received(bytes: number): void
  /** Time spent on our side does not count. */
  suspend(): void
  resume(): void
  end(): void
}

/**
 * Calls `onOver` when an answer takes longer than `timeoutMs` plus the time that its bytes may
 * take.
 */
export function createPatience(timeoutMs: number, onOver: () => void): Patience {
  let leftMs = timeoutMs
  let since = performance.now()
  let timer = setTimeout(onOver, leftMs)
  const stop = () => {
    clearTimeout(timer)
    leftMs -= performance.now() - since
  }
  const start = () => {
    since = performance.now()
    timer = setTimeout(onOver, Math.max(0, leftMs))
  }
  return {
    received(bytes) {
      stop()
      leftMs = Math.min(leftMs + bytes / bytesPerMs, timeoutMs)
      start()
    },
    suspend: stop,
    resume: start,
    end: () => clearTimeout(timer),
  }
}
