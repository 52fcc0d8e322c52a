/**
 * Waits until the check holds; fails with what was last seen. For what no event announces. Looks
 * often at first, and seldom later: many tests wait at once.
 * @param limitMs tells a hang, on a slow machine too
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
