import type { Environment } from '../../config/env/secret-file.ts'
import type { EndpointCapability } from './check-capabilities.ts'
import { checkCentral } from './check-central.ts'
import { checkChain } from './check-chain.ts'
import { checkDatabase } from './check-database.ts'
import { checkKeeperKey } from './check-keeper.ts'
import type { CheckResult } from './check-result.ts'
import { checkRabbitmq, checkRedis, checkTemporal } from './check-services.ts'
import { type ReadableConfig, readConfig } from './read-config.ts'

export type { CheckResult } from './check-result.ts'

export interface CheckedConfig {
  /** Passed checks included. */
  readonly results: readonly CheckResult[]
  /** Capabilities of each RPC endpoint; empty with `offline`. */
  readonly capabilities: readonly EndpointCapability[]
}

/** @param offline opens no connection */
export async function checkConfig(env: Environment, offline: boolean): Promise<CheckedConfig> {
  const config = readConfig(env)
  const live = offline ? { results: [], capabilities: [] } : await checkLive(config)
  return {
    results: [...config.results, ...checkKeys(config), ...live.results],
    capabilities: live.capabilities,
  }
}

function checkKeys({ file, needs }: ReadableConfig): CheckResult[] {
  return (file?.chains ?? []).flatMap((chain, index) => {
    const key = needs.keeperKeys?.get(chain.id)
    return key === undefined ? [] : [checkKeeperKey(chain, key, `chains[${index}]`)]
  })
}

async function checkLive({ file, needs }: ReadableConfig): Promise<CheckedConfig> {
  const chains = file?.chains ?? []
  const [checked, services] = await Promise.all([
    Promise.all(
      chains.map((chain, index) => checkChain(chain, `chains[${index}]`, needs.database)),
    ),
    Promise.all([
      needs.central ? checkCentral(needs.central, chains) : [],
      needs.database ? checkDatabase(needs.database, chains) : [],
      needs.redis ? checkRedis(needs.redis) : [],
      needs.rabbitmq ? checkRabbitmq(needs.rabbitmq) : [],
      needs.temporal ? checkTemporal(needs.temporal) : [],
    ]),
  ])
  return {
    results: [...checked.flatMap(({ results }) => results), ...services.flat()],
    capabilities: checked.flatMap(({ capabilities }) => capabilities),
  }
}
