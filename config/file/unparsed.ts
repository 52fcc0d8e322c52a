import { isAddress } from '../../domain/address.ts'
import { formatPath } from '../schema/config-error.ts'
import { step } from './raw-yaml.ts'
import type { PlacedError } from './schema-errors.ts'

/** Replaces a value that failed to parse. It is no text, number, list or map. */
const unparsed = Symbol('unparsed')

/**
 * Drops errors that repeat another error: a second error of one value, and `missing` where an
 * unknown key probably means the missing key.
 */
export function withoutRepeats(errors: readonly PlacedError[], raw: unknown): PlacedError[] {
  const meant = new Set(meantPaths(errors, raw).map(formatPath))
  const seen = new Set<string>()
  return errors.filter(({ path, steps, problem }) => {
    if (meant.has(formatPath(steps)) || (problem !== 'unknown key' && seen.has(path))) return false
    seen.add(path)
    return true
  })
}

/**
 * A copy of the yaml's value in which each value that failed to parse is marked. Rules that compare
 * values judge this copy, so that one mistake is one error. An address with a wrong checksum stays,
 * because its digits can still be compared.
 */
export function markUnparsed(raw: unknown, errors: readonly PlacedError[]): unknown {
  const copy = structuredClone(raw)
  const wrong = errors.filter(({ meant, problem }) => !meant && problem !== 'unknown key')
  for (const steps of [...wrong.map((error) => error.steps), ...meantPaths(errors, raw)]) {
    const value = step(raw, ...steps)
    const key = steps.at(-1)
    const holder = step(copy, ...steps.slice(0, -1))
    const isComparable = typeof value === 'string' && isAddress(value) && !/^0x0+$/.test(value)
    if (key === undefined || isComparable || typeof holder !== 'object' || holder === null) continue
    Reflect.set(holder, key, unparsed)
  }
  return copy
}

/** Paths that are absent and that an unknown key probably means. */
function meantPaths(errors: readonly PlacedError[], raw: unknown): (readonly PropertyKey[])[] {
  return errors.flatMap(({ meant }) =>
    meant !== undefined && step(raw, ...meant) === undefined ? [meant] : [],
  )
}
