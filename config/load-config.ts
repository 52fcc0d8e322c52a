import { readFileSync } from 'node:fs'
import { parseEnvironment, processEnvironment } from './env/env.ts'
import { readKeeperKeys } from './env/keeper-keys.ts'
import type { Environment } from './env/secret-file.ts'
import { type ParsedFile, parseFile } from './file/parse-file.ts'
import type { Config, Need } from './schema/config.ts'
import { ConfigError } from './schema/config-error.ts'

interface LoadConfigOptions<N extends Need> {
  /** The parts of the environment to read. All their variables must be set. */
  readonly need: readonly N[]
  /** @default process.env */
  readonly env?: Environment
}

/**
 * Reads environment and coldsweep.yaml into one typed object. Opens no connection. Throws
 * `ConfigError` with all errors of both.
 */
export function loadConfig<N extends Need>(options: LoadConfigOptions<N>): Config<N> {
  const { need, env = processEnvironment() } = options
  const { values, unread, settings, needs, errors } = parseEnvironment(env, need)
  const path = settings?.COLDSWEEP_CONFIG ?? env['COLDSWEEP_CONFIG'] ?? './coldsweep.yaml'
  const { file, errors: fileErrors } = readFile(path)
  const keeper =
    wants(need, 'keeperKeys') && file ? readKeeperKeys(values, unread, file.chains) : undefined
  const all = [...fileErrors, ...errors, ...(keeper?.errors ?? [])]
  if (file === undefined || settings === undefined || all.length > 0)
    throw new ConfigError(all, path)
  const { LOG_LEVEL, HTTP_HOST, HTTP_PORT, COLDSWEEP_RUN } = settings
  // The cast is safe: each need was parsed by its own schema, and any error has thrown above.
  return {
    ...file,
    ...needs,
    ...(keeper === undefined ? {} : { keeperKeys: keeper.keys, retiredKeeperKeys: keeper.retired }),
    logLevel: LOG_LEVEL,
    http: { host: HTTP_HOST, port: HTTP_PORT },
    run: COLDSWEEP_RUN,
  } as Config<N>
}

function wants(need: readonly Need[], name: Need): boolean {
  return need.includes(name)
}

function readFile(path: string): ParsedFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    const problem = `cannot read ${path}`
    const fix =
      'create the file (see coldsweep.example.yaml), or set COLDSWEEP_CONFIG to the path of yours'
    return { errors: [{ path: 'COLDSWEEP_CONFIG', problem, fix }] }
  }
  return parseFile(text)
}
