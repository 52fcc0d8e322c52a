/** Waits until the check holds, looking often; fails with what was last seen. For what no event announces. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (seen: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  const giveUpAt = Date.now() + limitMs
  for (;;) {
    const seen = await look()
    if (holds(seen)) return seen
    if (Date.now() > giveUpAt) throw new Error(`after ${limitMs} ms still: ${JSON.stringify(seen)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
