import { openEndpointPorts } from '../../adapters/viem/capabilities/endpoint-ports.ts'
import type { ProbedChain } from '../../adapters/viem/capabilities/probe.ts'
import { type Capability, probeEndpoint } from '../../adapters/viem/capabilities/probe-endpoint.ts'
import { probes } from '../../adapters/viem/capabilities/probes.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { type CheckResult, failed, warning } from './check-result.ts'

/** One row of the capability table. */
export interface EndpointCapability extends Capability {
  /** Path in the yaml, because an endpoint's URL may contain a key (MONEY 19). */
  readonly endpoint: string
}

/**
 * Tests on each endpoint the methods that scanner, plans, quorum and lane loop use. A required
 * method that fewer than `rpcQuorum` endpoints support is an error. Any other missing method is a
 * warning.
 * @param reachable indexes in `rpc` of the endpoints that serve the chain
 */
export async function checkCapabilities(
  chain: ChainConfig,
  path: string,
  reachable: readonly number[],
): Promise<{
  readonly results: readonly CheckResult[]
  readonly capabilities: readonly EndpointCapability[]
}> {
  const probed = await Promise.all(reachable.map((index) => probe(chain, path, index)))
  const capabilities = probed.flat()
  const methods = [...new Set(capabilities.map(({ method }) => method))]
  const results = methods.flatMap((method) => {
    const rows = capabilities.filter((row) => row.method === method)
    return judge(rows, chain.rpcQuorum, path)
  })
  return { results, capabilities }
}

async function probe(
  chain: ChainConfig,
  path: string,
  index: number,
): Promise<readonly EndpointCapability[]> {
  const url = chain.rpcUrls[index]
  if (!url) return []
  const ports = openEndpointPorts(chain.id, chain.rollup, url.reveal())
  const rows = await probeEndpoint(ports, probedChain(chain), probes)
  return rows.map((row) => ({ ...row, endpoint: `${path}.rpc[${index}]` }))
}

/** Returns the result for one method. @param rows one row for each endpoint */
function judge(rows: readonly EndpointCapability[], needed: number, path: string): CheckResult[] {
  const lacking = rows.filter(({ supported }) => supported !== 'yes')
  const [first] = lacking
  if (!first) return []
  const able = rows.length - lacking.length
  const { method, usedFor, consequence, need, isReportedElsewhere = false } = first
  if (isReportedElsewhere) return []
  const isSure = lacking.some(({ supported }) => supported === 'no')
  const isShort = able < needed && need === 'required' && isSure
  const where = isShort ? `${path}.rpc` : lacking.map(({ endpoint }) => endpoint).join(', ')
  const answers = lacking.map(({ endpoint, why }) => `${endpoint}: ${why}`).join('; ')
  const count = isShort
    ? `${able} of ${rows.length} endpoints answer ${method}, ${needed} must`
    : `no answer to ${method}`
  const what = `${count} (used for ${usedFor}): ${consequence}. ${answers}`
  const fix = 'use an endpoint that supports it; see the capability table above'
  return [(isShort ? failed : warning)('capability', where, what, fix)]
}

type ProbedConfig = Pick<
  ChainConfig,
  'tokens' | 'coldWallet' | 'gasKeeper' | 'finality' | 'internalTransfers'
>

/** Returns the part of a chain's configuration that the probes need. */
export function probedChain(chain: ProbedConfig): ProbedChain {
  return {
    tokens: chain.tokens.map(({ id }) => id as Address),
    coldWallet: chain.coldWallet,
    keeper: chain.gasKeeper.address,
    finality: chain.finality,
    internalTransfers: chain.internalTransfers,
  }
}
