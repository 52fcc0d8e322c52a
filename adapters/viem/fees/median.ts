/**
 * Returns the value whose `of` is the median; undefined for an empty list. In a list of even length
 * `ofTwo` chooses the lower or the upper of the two middle values.
 */
export function median<T>(
  values: readonly T[],
  of: (value: T) => bigint,
  ofTwo: 'lower' | 'upper' = 'lower',
): T | undefined {
  const sorted = [...values].sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0))
  return sorted[Math.floor((sorted.length - (ofTwo === 'lower' ? 1 : 0)) / 2)]
}
