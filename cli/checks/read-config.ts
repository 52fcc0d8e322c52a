import { parseEnvironment } from '../../config/env/env.ts'
import { keeperKeysIn } from '../../config/env/keeper-keys.ts'
import type { Environment } from '../../config/env/secret-file.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { FileConfig, Need, Needs } from '../../config/schema/config.ts'
import { ConfigError } from '../../config/schema/config-error.ts'
import { type CheckResult, failed, skipped } from './check-result.ts'

const services = ['database', 'central', 'redis', 'rabbitmq', 'temporal'] as const

/**
 * The parts of a configuration that can be read, and the errors of the other parts. An error in one
 * part must not hide the errors of another part.
 */
export interface ReadableConfig {
  readonly results: readonly CheckResult[]
  readonly file: FileConfig | undefined
  readonly needs: { readonly [N in Need]?: Needs[N] }
}

/** An operator's environment has no keeper key, so its absence is reported and is no error. */
export function readConfig(env: Environment): ReadableConfig {
  const hasKey = keeperKeysIn(env).length > 0
  const wanted: readonly Need[] = hasKey ? [...services, 'keeperKeys'] : services
  const { needs } = parseEnvironment(env, wanted)
  const keeperKeys = hasKey
    ? tryLoad(() => loadConfig({ need: ['keeperKeys'], env }).keeperKeys)
    : undefined
  return {
    results: [...errorsOf(env, wanted), ...(hasKey ? [] : [noKey])],
    file: tryLoad(() => loadConfig({ need: [], env })),
    needs: { ...needs, ...(keeperKeys === undefined ? {} : { keeperKeys }) },
  }
}

const noKey = skipped(
  'GAS_KEEPER_PRIVATE_KEY',
  'no keeper key is set here, so no key was compared with gasKeeper.address',
  'repeat the check in the worker’s environment to prove the key; only the worker needs it',
)

function errorsOf(env: Environment, need: readonly Need[]): CheckResult[] {
  try {
    loadConfig({ need, env })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.errors.map(({ path, line, problem, fix }) =>
      failed('config', line === undefined ? path : `${error.file}:${line} ${path}`, problem, fix),
    )
  }
}

function tryLoad<T>(load: () => T): T | undefined {
  try {
    return load()
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}
