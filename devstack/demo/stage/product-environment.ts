import { environmentNames } from '../../../config/env/env-schema.ts'

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

/** For the worker only, because the scanner and `coldsweep retry` need no key. */
export interface KeeperKey {
  GAS_KEEPER_PRIVATE_KEY: string
}

/** The shell's variables without those of coldsweep, which may configure another deployment. */
export function withoutProductNames(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = new Set(environmentNames.flatMap((name) => [name, `${name}_FILE`]))
  const kept = Object.entries(env).filter(
    ([name]) => !ours.has(name) && !name.startsWith('GAS_KEEPER_PRIVATE_KEY'),
  )
  return Object.fromEntries(kept)
}

/** A file to source in a shell, so that a person can run commands on the demo's coldsweep. */
export function shellExports(env: ProductEnvironment & Partial<KeeperKey>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join('')
}
