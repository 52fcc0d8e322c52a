/** Node's timers take no more; a longer one would fire at once. */
const longestMs = 2 ** 31 - 1

/**
 * Resolves after `ms` (at most 24 days), or at once when told to stop. Never rejects: the loop's
 * condition ends it.
 */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.min(ms, longestMs))
    stop.addEventListener('abort', end, { once: true })
  })
}
