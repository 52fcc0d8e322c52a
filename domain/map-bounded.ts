/**
 * Maps with at most `width` at work, in order. The first error ends it; what is under way is
 * awaited by nobody.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  let failed = false
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++
      try {
        results[index] = await work(items[index] as T)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}

/**
 * Like `mapBounded`, but work begins at a random item and goes round. Where the time is limited, no
 * item is always the last.
 * @param first the index of the item to begin with
 */
export async function mapFromAnywhere<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
  first = Math.floor(Math.random() * items.length),
): Promise<R[]> {
  const turned = [...items.slice(first), ...items.slice(0, first)]
  const results = await mapBounded(turned, width, work)
  const back = items.length - first
  return [...results.slice(back), ...results.slice(0, back)]
}
