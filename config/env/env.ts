import type { z } from 'zod'
import type { Need, Needs } from '../schema/config.ts'
import type { SettingError } from '../schema/config-error.ts'
import { needSchemas, needSecrets, processSchema, secretNames } from './env-schema.ts'
import { ownKeyNames, ownRetiredKeyNames } from './keeper-keys.ts'
import { type Environment, readSecretFiles } from './secret-file.ts'

/** Returns `process.env`. No other module of coldsweep itself reads `process.env`. */
export function processEnvironment(): Environment {
  return process.env
}

const packageManagerNames = ['npm_execpath', 'npm_lifecycle_event', 'npm_config_user_agent']

/** Whether npm, npx, pnpm or yarn started this process. Each sets one of these variables. */
export function startedByPackageManager(env: Environment): boolean {
  return packageManagerNames.some((name) => env[name] !== undefined)
}

/** A parsed environment. It is complete when `errors` is empty. */
export interface ParsedEnvironment {
  /** Variables that are set. A secret file's content replaces its `_FILE` variable. */
  readonly values: Readonly<Record<string, string>>
  /** Secrets whose file could not be read. Such a secret is not also reported as missing. */
  readonly unread: ReadonlySet<string>
  readonly settings: z.output<typeof processSchema> | undefined
  readonly needs: { readonly [N in Need]?: Needs[N] }
  readonly errors: readonly SettingError[]
}

/**
 * Parses the settings that all processes share, and only those secrets that this process needs. A
 * scanner, for example, never opens a key's file.
 */
export function parseEnvironment(env: Environment, need: readonly Need[]): ParsedEnvironment {
  const { values, errors } = readSecretFiles(env, secretsOf(env, need))
  const unread = new Set(errors.map(({ path }) => path.replace(/_FILE$/, '')))
  const parse = <T>(schema: z.ZodType<T>): T | undefined => {
    const result = schema.safeParse(values)
    if (result.success) return result.data
    const found = envErrors(result.error, values)
    errors.push(...found.filter(({ path }) => values[path] !== undefined || !unread.has(path)))
    return undefined
  }
  const settings = parse(processSchema)
  const needs = Object.fromEntries(
    need.flatMap((name) =>
      name === 'keeperKeys' ? [] : [[name, parse<unknown>(needSchemas[name])]],
    ),
  )
  return { values, unread, settings, needs, errors }
}

function secretsOf(env: Environment, need: readonly Need[]): string[] {
  const names = Object.keys(env)
  const ownKeys = need.includes('keeperKeys')
    ? [...ownKeyNames(names), ...ownRetiredKeyNames(names)]
    : []
  return [...need.flatMap((name) => needSecrets[name]), ...ownKeys]
}

/** Converts the schema library's issues about the environment into our error texts. */
function envErrors(error: z.ZodError, values: Readonly<Record<string, string>>): SettingError[] {
  return error.issues.map((issue): SettingError => {
    const path = issue.path.map(String).join('.')
    const fix = issue.code === 'custom' ? String(issue.params?.['fix']) : 'set it to text'
    if (values[path] !== undefined) return { path, problem: issue.message, fix }
    const orFile = secretNames.includes(path)
      ? `, or set ${path}_FILE to the path of a file with the value`
      : ''
    return { path, problem: 'missing', fix: `${fix}${orFile}` }
  })
}
