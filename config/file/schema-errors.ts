import { z } from 'zod'
import { formatPath, type SettingError } from '../schema/config-error.ts'
import { nearestName } from '../schema/did-you-mean.ts'
import { describeType } from '../schema/leaf.ts'
import { step } from './raw-yaml.ts'

/**
 * A config error with the path of its value as a list of steps. `parseFile` finds the error's line
 * in the file by this path.
 */
export interface PlacedError extends SettingError {
  readonly steps: readonly PropertyKey[]
  /** Path of the known key that an unknown key probably means. */
  readonly meant?: readonly PropertyKey[]
}

/** Converts the issues of the schema library (zod) into config errors. */
export function schemaErrors(
  error: z.ZodError,
  raw: unknown,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): PlacedError[] {
  return error.issues.flatMap((issue): PlacedError[] => {
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
        : aMap(knownKeys(issue.path))
    const value = step(raw, ...issue.path)
    const problem = Array.isArray(value) && value.length === 0 ? 'empty list' : describeType(value)
    return [{ path: path === '' ? 'the file' : path, steps: issue.path, problem, fix }]
  })
}

/** Most keys that an error names. */
const fewKeys = 6

const aMap = (keys: readonly string[]) =>
  keys.length > 0 && keys.length <= fewKeys ? `write a map with ${keys.join(', ')}` : 'write a map'

function unknownKey(steps: readonly PropertyKey[], known: readonly string[]): PlacedError {
  const near = nearestName(steps.at(-1), known)
  const error = { path: formatPath(steps), steps, problem: 'unknown key' }
  if (near === undefined) return { ...error, fix: `known keys: ${known.join(', ')}` }
  return { ...error, fix: `did you mean ${near}?`, meant: [...steps.slice(0, -1), near] }
}

/**
 * Returns the keys that a schema accepts at a path, for "did you mean". Empty if the schema expects
 * no map there.
 */
export function schemaKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const bare = unwrap(schema)
  const [step, ...rest] = path
  if (step === undefined) return bare instanceof z.ZodObject ? Object.keys(bare.shape) : []
  const inner =
    bare instanceof z.ZodObject
      ? bare.shape[String(step)]
      : bare instanceof z.ZodArray
        ? bare.element
        : undefined
  return inner instanceof z.ZodType ? schemaKeys(inner, rest) : []
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    const inner = schema.unwrap()
    return inner instanceof z.ZodType ? unwrap(inner) : schema
  }
  return schema
}
