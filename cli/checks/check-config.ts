import type { Environment } from '../../config/env/secret-file.ts'
import type { EndpointCapability } from './check-capabilities.ts'
import { checkCentral } from './check-central.ts'
import { checkChain } from './check-chain.ts'
import { checkDatabase } from './check-database.ts'
import { checkKeeperKey } from './check-keeper.ts'
import { type CheckResult, skipped } from './check-result.ts'
import { checkRabbitmq, checkRedis, checkTemporal } from './check-services.ts'
import { checkMissingWallets } from './check-wallets.ts'
import { type ProvedWallets, proveKeys } from './prove-keys.ts'
import { type ReadableConfig, readConfig } from './read-config.ts'

export type { CheckResult } from './check-result.ts'

export interface CheckOptions {
  /** Opens no connection. */
  readonly offline: boolean
  /** Proves every key of `userwallet`, instead of a sample. */
  readonly wallets: boolean
  readonly showProgress?: ((line: string) => void) | undefined
}

/** The result of `config check --wallets`. */
export interface CheckedWallets extends ProvedWallets {
  /** Wallets of deposits that have no row, EIP-55. At most 10,000. */
  readonly missing: readonly string[]
}

export interface CheckedConfig {
  /** Results of all checks, including those that passed. */
  readonly results: readonly CheckResult[]
  /** Capabilities of each RPC endpoint; empty with `offline`. */
  readonly capabilities: readonly EndpointCapability[]
  /** undefined unless every key was proved. */
  readonly wallets: CheckedWallets | undefined
}

/** Checks the file, the environment, the keys and, unless offline, every service. */
export async function checkConfig(env: Environment, options: CheckOptions): Promise<CheckedConfig> {
  const config = readConfig(env)
  const live = options.offline ? nothing : await checkLive(config, options)
  return {
    ...live,
    results: [...config.results, ...checkKeys(config), ...live.results],
  }
}

const nothing: CheckedConfig = { results: [], capabilities: [], wallets: undefined }

function checkKeys({ file, needs }: ReadableConfig): CheckResult[] {
  return (file?.chains ?? []).flatMap((chain, index) => {
    const key = needs.keeperKeys?.get(chain.id)
    return key === undefined ? [] : [checkKeeperKey(chain, key, `chains[${index}]`)]
  })
}

const unreadChains = skipped(
  'chains',
  'the configuration has errors, so no endpoint, token or address of a chain was checked',
  'fix the errors, then repeat the check',
)

const nobodyMissing = { results: [], missing: [] }
const noProof = { results: [], proved: undefined }

async function checkLive(
  { file, needs }: ReadableConfig,
  options: CheckOptions,
): Promise<CheckedConfig> {
  const chains = file?.chains
  const { central, database } = needs
  const [checked, services] = await Promise.all([
    Promise.all(
      (chains ?? []).map((chain, index) => checkChain(chain, `chains[${index}]`, needs.database)),
    ),
    Promise.all([
      central ? checkCentral(central, chains, { checksRows: !options.wallets }) : [],
      needs.database ? checkDatabase(needs.database, chains) : [],
      needs.redis ? checkRedis(needs.redis) : [],
      needs.rabbitmq ? checkRabbitmq(needs.rabbitmq) : [],
      needs.temporal ? checkTemporal(needs.temporal) : [],
    ]),
  ])
  const scope = options.wallets ? 'all' : 'unfinished'
  const absent =
    central && database ? await checkMissingWallets(central, database, scope) : nobodyMissing
  const { results: keys, proved } =
    central && options.wallets ? await proveKeys(central, options.showProgress) : noProof
  return {
    results: [
      ...(chains ? [] : [unreadChains]),
      ...checked.flatMap(({ results }) => results),
      ...services.flat(),
      ...absent.results,
      ...keys,
    ],
    capabilities: checked.flatMap(({ capabilities }) => capabilities),
    wallets: proved && { ...proved, missing: absent.missing },
  }
}
