import { declareTopology } from '../../adapters/amqplib/topology.ts'
import { registerChains } from '../../adapters/drizzle/chains/chain-registry.ts'
import type { RegistryChange } from '../../adapters/drizzle/keeper/register-keeper.ts'
import { migrateDatabase, pendingMigrations } from '../../adapters/drizzle/migrate.ts'
import { prepareNamespace } from '../../adapters/temporal/prepare-namespace.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { Config } from '../../config/schema/config.ts'
import { CliError } from '../session/cli-error.ts'
import { coldWalletHint } from '../session/explain-error.ts'
import { exitCodes } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { withTemporal } from '../session/with-temporal.ts'

type MigrateConfig = Config<'database' | 'rabbitmq' | 'temporal'>

/** A step of `migrate`. `run` returns the changes, or an empty list if everything existed. */
export interface MigrateStep {
  readonly name: string
  run(config: MigrateConfig, options: MigrateOptions): Promise<readonly string[]>
}

export interface MigrateOptions {
  /** Retires a keeper that still has live transactions. */
  readonly retireKeeper?: boolean
}

/** The steps of `migrate` in order. Each is safe to repeat, and to run twice at the same time. */
export const migrateSteps: readonly MigrateStep[] = [
  { name: 'database', run: migrateTables },
  { name: 'chains', run: registerConfigured },
  { name: 'queues', run: declareQueues },
  { name: 'temporal', run: prepareTemporal },
]

async function migrateTables({ database }: MigrateConfig): Promise<readonly string[]> {
  const pending = await withDatabase(database, pendingMigrations)
  await migrateDatabase(database.url.reveal())
  return pending === 0 ? [] : [`applied ${pending} migrations`]
}

async function registerConfigured(
  { database, chains }: MigrateConfig,
  { retireKeeper = false }: MigrateOptions,
): Promise<readonly string[]> {
  const answer = await withDatabase(database, (db) => registerChains(db, chains, retireKeeper))
  if (answer.kind === 'registered') return answer.changes.map(describeChange)
  if (answer.kind === 'busy') {
    throw new CliError(
      exitCodes.refused,
      answer.keepers.map(({ chainId, address, live }) => ({
        code: 'keeper-busy',
        message: `chain ${chainId}: the gas keeper ${toEip55(address)} has ${live} live transactions, which only its key can bump or cancel`,
        hint: 'keep it configured until "coldsweep keeper" shows nothing in flight; if its key is lost or leaked: "coldsweep migrate --retire-keeper"',
      })),
    )
  }
  throw new CliError(
    exitCodes.usage,
    answer.differences.map(({ chainId, recorded, configured }) => ({
      code: 'cold-wallet-changed',
      message: `chain ${chainId}: coldWallet is ${toEip55(configured)}; the database has ${toEip55(recorded)}`,
      hint: coldWalletHint,
    })),
  )
}

const verbs: Readonly<Record<RegistryChange['kind'], string>> = {
  'chain-added': 'added with cold wallet',
  'keeper-added': 'has the gas keeper',
  'keeper-returned': 'restored the gas keeper',
  'keeper-retired': 'retired the gas keeper',
}

function describeChange({ chainId, kind, address }: RegistryChange): string {
  return `chain ${chainId} ${verbs[kind]} ${toEip55(address)}`
}

/**
 * Declares the queues. Returns no changes, because a declaration does not report whether the queue
 * existed.
 */
async function declareQueues({ rabbitmq }: MigrateConfig): Promise<readonly string[]> {
  await declareTopology(rabbitmq.url.reveal(), rabbitmq.prefix)
  return []
}

async function prepareTemporal(config: MigrateConfig): Promise<readonly string[]> {
  const { temporal, chains, timers } = config
  const made = await withTemporal(temporal, (client) =>
    prepareNamespace(client, {
      chainIds: chains.map(({ id }) => id),
      keeperWatchMs: Math.ceil(timers.keeperWatchSeconds * 1000),
      // The schedule runs twice per adoptAfterSeconds.
      adoptMs: Math.ceil(timers.adoptAfterSeconds * 500),
      reconcileMs: Math.ceil(timers.reconcileSeconds * 1000),
    }),
  )
  return [
    ...(made.namespaceCreated ? [`created namespace ${temporal.namespace}`] : []),
    ...made.searchAttributesAdded.map((name) => `added search attribute ${name}`),
    ...made.schedules.made.map((id) => `created schedule ${id}`),
    ...made.schedules.ofOtherChains.map(
      (id) =>
        `kept schedule ${id}, whose chain is not in this coldsweep.yaml; if no other deployment uses it, delete it with "temporal schedule delete --schedule-id ${id}"`,
    ),
  ]
}
