import { z } from 'zod'
import type { Need, Needs } from '../schema/config.ts'
import { describeType, leaf, Unreadable } from '../schema/leaf.ts'
import { urlLeaf, wordLeaf } from '../schema/text-leaf.ts'

const prefixLeaf = leaf<string>((raw) => {
  if (typeof raw === 'string' && /^[\w.:-]{1,64}$/.test(raw)) return raw
  return new Unreadable(
    `expected a prefix, got "${String(raw).slice(0, 80)}"`,
    'use at most 64 letters, digits and . : _ -, such as coldsweep:',
  )
})

const hostPortLeaf = leaf<string>((raw) => {
  if (typeof raw === 'string' && /^(\[[\da-f:]+\]|[\w.-]+):\d{1,5}$/i.test(raw)) return raw
  return new Unreadable(
    typeof raw === 'string' ? `expected host:port, got "${raw.slice(0, 80)}"` : describeType(raw),
    'use host:port without a scheme, such as localhost:7233',
  )
})

const portLeaf = leaf<number>((raw) => {
  if (typeof raw === 'string' && /^\d{1,5}$/.test(raw) && Number(raw) <= 65_535) return Number(raw)
  return new Unreadable(
    `expected a port, got "${String(raw).slice(0, 80)}"`,
    'use a port from 0 (any free port) to 65535',
  )
})

const postgresUrl = urlLeaf(['postgres', 'postgresql'], 'postgres://user:password@host:5432/name')

/**
 * Schemas of the environment variables, by need. A need is a part of the configuration that only
 * some processes require, such as `redis`. Prefixes and the namespace have defaults; addresses and
 * secrets have none.
 */
export const needSchemas = {
  database: z.object({ DATABASE_URL: postgresUrl }).transform((env) => ({ url: env.DATABASE_URL })),
  central: z
    .object({ CENTRAL_DATABASE_URL: postgresUrl })
    .transform((env) => ({ url: env.CENTRAL_DATABASE_URL })),
  redis: z
    .object({
      REDIS_URL: urlLeaf(['redis', 'rediss'], 'redis://host:6379'),
      REDIS_PREFIX: prefixLeaf.default('coldsweep:'),
    })
    .transform((env) => ({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX })),
  rabbitmq: z
    .object({
      RABBITMQ_URL: urlLeaf(['amqp', 'amqps'], 'amqp://user:password@host:5672'),
      RABBITMQ_PREFIX: prefixLeaf.default(''),
    })
    .transform((env) => ({ url: env.RABBITMQ_URL, prefix: env.RABBITMQ_PREFIX })),
  temporal: z
    .object({ TEMPORAL_ADDRESS: hostPortLeaf, TEMPORAL_NAMESPACE: prefixLeaf.default('default') })
    .transform((env) => ({ address: env.TEMPORAL_ADDRESS, namespace: env.TEMPORAL_NAMESPACE })),
} satisfies { [N in Exclude<Need, 'keeperKeys'>]: z.ZodType<Needs[N]> }

/** Schema of the variables that every process reads. */
export const processSchema = z.object({
  COLDSWEEP_CONFIG: z.string().default('./coldsweep.yaml'),
  COLDSWEEP_RUN: z.string().optional(),
  LOG_LEVEL: wordLeaf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default(
    'info',
  ),
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: portLeaf.optional(),
})

/**
 * Name of the variable with the gas keeper's key for all chains. `GAS_KEEPER_PRIVATE_KEY_<chainId>`
 * overrides the key for one chain.
 */
export const keeperKeyName = 'GAS_KEEPER_PRIVATE_KEY'

/**
 * Name of the variable with keys of retired keepers, which sign drains alone. Optional.
 * `RETIRED_KEEPER_PRIVATE_KEY_<chainId>` overrides it for one chain.
 */
export const retiredKeyName = 'RETIRED_KEEPER_PRIVATE_KEY'

/**
 * Names of the secrets that each need requires, without the keeper keys of single chains. Each
 * secret can also be read from a file: `<name>_FILE`.
 */
export const needSecrets: Readonly<Record<Need, readonly string[]>> = {
  database: ['DATABASE_URL'],
  central: ['CENTRAL_DATABASE_URL'],
  redis: ['REDIS_URL'],
  rabbitmq: ['RABBITMQ_URL'],
  temporal: [],
  keeperKeys: [keeperKeyName, retiredKeyName],
}

export const secretNames: readonly string[] = Object.values(needSecrets).flat()

/** The variables of one need, without the `…_FILE` and `…_<chainId>` forms. */
export function namesOfNeed(need: Need): readonly string[] {
  return need === 'keeperKeys' ? needSecrets[need] : Object.keys(needSchemas[need].in.shape)
}

/** Every variable that coldsweep reads, without the `…_FILE` and `…_<chainId>` forms. */
export const environmentNames = [
  ...Object.keys(processSchema.shape),
  ...(Object.keys(needSecrets) as Need[]).flatMap(namesOfNeed),
]
