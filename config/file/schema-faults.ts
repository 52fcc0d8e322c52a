import type { z } from 'zod'
import { didYouMean } from '../schema/did-you-mean.ts'
import { type Fault, formatPath } from '../schema/fault.ts'
import { describeType } from '../schema/leaf.ts'
import { step } from './raw-chain.ts'

/** A fault with its path in steps, from which its line in the file is found. */
export interface PlacedFault extends Fault {
  readonly steps: readonly PropertyKey[]
}

/** The schema library's issues in our words. */
export function schemaFaults(
  error: z.ZodError,
  raw: unknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): PlacedFault[] {
  return error.issues.flatMap((issue): PlacedFault[] => {
    const path = formatPath(issue.path)
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...issue.path, key], knownKeys(issue.path)))
    }
    if (issue.code === 'custom') {
      const fix = String(issue.params?.['fix'])
      return [{ path, steps: issue.path, problem: issue.message, fix }]
    }
    const wanted = issue.code === 'invalid_type' ? issue.expected : 'list'
    const fix =
      wanted === 'array' || wanted === 'list'
        ? 'write a list with at least one entry'
        : 'write a map'
    const value = step(raw, ...issue.path)
    const problem =
      Array.isArray(value) && value.length === 0 ? 'is an empty list' : describeType(value)
    return [{ path: path === '' ? 'the file' : path, steps: issue.path, problem, fix }]
  })
}

function unknownKey(steps: readonly PropertyKey[], known: readonly string[]): PlacedFault {
  const fix = didYouMean(steps.at(-1), known) ?? `known here: ${known.join(', ')}`
  return { path: formatPath(steps), steps, problem: 'is not a key that coldsweep knows', fix }
}
