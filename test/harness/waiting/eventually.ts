/**
 * Polls `look` until `holds` accepts its value, and returns that value. After `limitMs` it throws
 * an error with the last value. Use it for a condition without an event. Polls every 20 ms for a
 * second, then every 100 ms, because many tests wait at once.
 * @param limitMs so long that only a hang exceeds the limit, even on a slow machine
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
