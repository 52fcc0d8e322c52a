import { parseEnvironment } from '../../config/env/env.ts'
import type { Environment } from '../../config/env/secret-file.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { FileConfig, Need, Needs } from '../../config/schema/config.ts'
import { ConfigError } from '../../config/schema/config-error.ts'
import { type CheckResult, failed } from './check-result.ts'

const all = ['database', 'central', 'redis', 'rabbitmq', 'temporal', 'keeperKeys'] as const

/**
 * The readable parts of a configuration. An error in one part must not hide the errors of another.
 */
export interface ReadableConfig {
  readonly results: readonly CheckResult[]
  readonly file: FileConfig | undefined
  readonly needs: { readonly [N in Need]?: Needs[N] }
}

export function readConfig(env: Environment): ReadableConfig {
  const { needs } = parseEnvironment(env, all)
  const keeperKeys = tryLoad(() => loadConfig({ need: ['keeperKeys'], env }).keeperKeys)
  return {
    results: errorsOf(env),
    file: tryLoad(() => loadConfig({ need: [], env })),
    needs: { ...needs, ...(keeperKeys === undefined ? {} : { keeperKeys }) },
  }
}

function errorsOf(env: Environment): CheckResult[] {
  try {
    loadConfig({ need: all, env })
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
