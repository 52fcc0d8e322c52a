/**
 * Polls until `holds` accepts the value, and fails with the last value. Use it for a condition
 * without an event. Polls every 20 ms for a second, then every 100 ms, because many tests wait at
 * once.
 * @param limitMs long enough that only a hang exceeds it, even on a slow machine
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  limitMs = 180_000,
): Promise<T> {
  const began = Date.now()
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    const waitedMs = Date.now() - began
    if (waitedMs > limitMs) throw new Error(`after ${limitMs} ms still: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, waitedMs < quickMs ? 20 : 100))
  }
}

const quickMs = 1_000
