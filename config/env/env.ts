import type { z } from 'zod'
import type { Need, Needs } from '../schema/config.ts'
import type { Fault } from '../schema/fault.ts'
import { envFaults } from './env-faults.ts'
import { needSchemas, needSecrets, processSchema } from './env-schema.ts'
import { ownKeyNames } from './keeper-keys.ts'
import { type Environment, readSecretFiles } from './secret-file.ts'

/** The one place that touches process.env. */
export function processEnvironment(): Environment {
  return process.env
}

/** What an environment gives: whole when `faults` is empty. */
export interface ParsedEnvironment {
  /** Variables that are set, with the content of secret files in their places. */
  readonly values: Readonly<Record<string, string>>
  /** Secrets whose file could not be read; they are no longer "missing". */
  readonly unread: ReadonlySet<string>
  readonly settings: z.output<typeof processSchema> | undefined
  readonly needs: { readonly [N in Need]?: Needs[N] }
  readonly faults: readonly Fault[]
}

/**
 * Reads what every process gets, and of the rest only what this one needs: a scanner never opens a
 * key's file.
 */
export function parseEnvironment(env: Environment, need: readonly Need[]): ParsedEnvironment {
  const { values, faults } = readSecretFiles(env, secretsOf(env, need))
  const unread = new Set(faults.map(({ path }) => path.replace(/_FILE$/, '')))
  const parse = <T>(schema: z.ZodType<T>): T | undefined => {
    const result = schema.safeParse(values)
    if (result.success) return result.data
    const found = envFaults(result.error, values)
    faults.push(...found.filter(({ path }) => values[path] !== undefined || !unread.has(path)))
    return undefined
  }
  const settings = parse(processSchema)
  const needs = Object.fromEntries(
    need.flatMap((name) =>
      name === 'keeperKeys' ? [] : [[name, parse<unknown>(needSchemas[name])]],
    ),
  )
  return { values, unread, settings, needs, faults }
}

function secretsOf(env: Environment, need: readonly Need[]): string[] {
  const ownKeys = need.includes('keeperKeys') ? ownKeyNames(Object.keys(env)) : []
  return [...need.flatMap((name) => needSecrets[name]), ...ownKeys]
}
