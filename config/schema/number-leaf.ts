import { describeType, leaf, Unreadable } from './leaf.ts'

interface Bounds {
  readonly min: number
  readonly max?: number
  /** A valid value that the fix shows, such as 56. */
  readonly example: number
}

/** Creates the schema of a whole number, written without quotes. */
export function countLeaf({ min, max = Number.MAX_SAFE_INTEGER, example }: Bounds) {
  const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`
  return leaf<number>((raw) => {
    if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= min && raw <= max) return raw
    if (typeof raw === 'string' && /^\d+$/.test(raw)) {
      return new Unreadable(`expected a number, got the text "${raw}"`, `remove the quotes: ${raw}`)
    }
    return new Unreadable(describeType(raw), `use a whole number ${range}, such as ${example}`)
  })
}

/** A Node timer accepts at most 2^31 - 1 ms (24 days). A longer timer fires at once. */
const longest = { seconds: 2_000_000, hours: 2_000_000 / 3_600 } as const
const shortest = 0.001

/** Creates the schema of a duration above 0. Fractions are allowed. */
export function durationLeaf(unit: keyof typeof longest) {
  const most = Math.floor(longest[unit])
  return leaf<number>((raw) => {
    if (typeof raw === 'number' && raw >= shortest && raw <= most) return raw
    const problem =
      typeof raw === 'number' ? `${raw} is out of range for a duration` : describeType(raw)
    return new Unreadable(problem, `use ${unit} from ${shortest} to ${most}, such as 5 or 0.5`)
  })
}

/**
 * Schema of `startBlock`, the first block of a chain that was never scanned: `latest` (the head at
 * the first start), or a height.
 */
export const startBlockLeaf = leaf<'latest' | bigint>((raw) => {
  if (raw === 'latest') return raw
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) return BigInt(raw)
  return new Unreadable(describeType(raw), 'use latest, or a block number without quotes')
})
