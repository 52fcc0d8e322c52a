/** The median; of an even number the lower or upper middle value. undefined for an empty list. */
export function median<T>(
  values: readonly T[],
  of: (value: T) => bigint,
  ofTwo: 'lower' | 'upper' = 'lower',
): T | undefined {
  const sorted = [...values].sort((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0))
  return sorted[Math.floor((sorted.length - (ofTwo === 'lower' ? 1 : 0)) / 2)]
}
