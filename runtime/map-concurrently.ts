import pMap from 'p-map'

/**
 * Maps the items with at most `concurrency` calls in flight. The results have the order of the
 * items. Rejects on the first error and starts no further call; calls in flight are not awaited.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  // p-map also passes the index, which must not become an optional argument of `work`.
  return await pMap(items, async (item) => await work(item), { concurrency })
}

/**
 * Like `mapConcurrently`, but starts at a random item and wraps around, so that a time limit does
 * not always cut off the same items.
 * @param first index of the item to start with
 */
export async function mapFromRandomStart<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
  first = Math.floor(Math.random() * items.length),
): Promise<R[]> {
  const rotated = [...items.slice(first), ...items.slice(0, first)]
  const results = await mapConcurrently(rotated, concurrency, work)
  const back = items.length - first
  return [...results.slice(back), ...results.slice(0, back)]
}
