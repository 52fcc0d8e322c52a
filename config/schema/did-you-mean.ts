/**
 * Returns `did you mean coldWallet?` if a known name differs from the given one only in case, or in
 * at most a third of its letters; otherwise undefined.
 */
export function didYouMean(given: unknown, names: readonly string[]): string | undefined {
  const near = nearestName(given, names)
  return near === undefined ? undefined : `did you mean ${near}?`
}

/** Returns the known name that `didYouMean` suggests. */
export function nearestName(given: unknown, names: readonly string[]): string | undefined {
  if (typeof given !== 'string') return undefined
  return names
    .map((name) => ({ name, far: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.far - b.far)[0]?.name
}

/**
 * Returns the Damerau-Levenshtein distance: the number of letters that are inserted, deleted,
 * changed or swapped with a neighbour.
 */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      const swap = a[i] === b[j - 1] && a[i - 1] === b[j] ? (before[j - 1] ?? 0) + 1 : change
      next.push(Math.min(change, swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
