import { environmentNames } from '../../../config/env/env-schema.ts'

/** The environment variables with which the demo runs coldsweep. */
export interface ProductEnvironment {
  COLDSWEEP_CONFIG: string
  DATABASE_URL: string
  CENTRAL_DATABASE_URL: string
  REDIS_URL: string
  REDIS_PREFIX: string
  RABBITMQ_URL: string
  RABBITMQ_PREFIX: string
  TEMPORAL_ADDRESS: string
  TEMPORAL_NAMESPACE: string
}

/** A variable for the worker only, because the scanner and `coldsweep retry` need no key. */
export interface KeeperKey {
  GAS_KEEPER_PRIVATE_KEY: string
}

/**
 * Returns the shell's variables without those of coldsweep, which may configure another deployment.
 */
export function withoutProductNames(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = new Set(environmentNames.flatMap((name) => [name, `${name}_FILE`]))
  const kept = Object.entries(env).filter(
    ([name]) => !ours.has(name) && !name.startsWith('GAS_KEEPER_PRIVATE_KEY'),
  )
  return Object.fromEntries(kept)
}

/**
 * Returns the content of a file that a person can source in a shell, to run commands on the demo's
 * coldsweep.
 */
export function shellExports(env: ProductEnvironment & Partial<KeeperKey>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('')
}
