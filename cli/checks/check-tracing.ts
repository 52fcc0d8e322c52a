import { openEndpointPorts } from '../../adapters/viem/capabilities/endpoint-ports.ts'
import { type Capability, probeEndpoint } from '../../adapters/viem/capabilities/probe-endpoint.ts'
import { probes } from '../../adapters/viem/capabilities/probes.ts'
import {
  nothingToTrace,
  tryTraceOfTransaction,
} from '../../adapters/viem/capabilities/try-trace.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { probedChain } from './check-capabilities.ts'
import { type CheckResult, failed, passed, warning } from './check-result.ts'

/**
 * MONEY 20: checks that at least `rpcQuorum` nodes can trace, because an internal transfer is
 * confirmed only when so many nodes trace it alike. Each node traces a transaction of its newest
 * blocks. The answer is parsed as in the scanner, because a node may have the method and return
 * nothing useful.
 */
export async function checkTracing(
  chain: ChainConfig,
  path: string,
): Promise<readonly CheckResult[]> {
  if (chain.internalTransfers !== 'trace') return []
  const nodes = await Promise.all(chain.rpcUrls.map((url) => tryTracing(chain, url.reveal())))
  const able = nodes.filter(({ supported }) => supported === 'yes').length
  const where = `${path}.internalTransfers`
  const count = `${able} of ${nodes.length} nodes trace`
  if (able >= chain.rpcQuorum) return [passed(where, count)]
  const others = nodes.filter(({ supported }) => supported !== 'yes')
  const words = [...new Set(others.map(({ why }) => why))].join('; ')
  if (others.every(({ isUntried }) => isUntried)) {
    return [
      warning(
        'tracing',
        where,
        `${count}: ${words}`,
        'repeat the check when the chain has transactions',
      ),
    ]
  }
  return [
    failed(
      'tracing',
      where,
      `${count}; ${chain.rpcQuorum} must, or internal transfers stay confirming(rpc-quorum). ${words}`,
      'use nodes with debug_traceTransaction (callTracer) or trace_transaction, lower rpcQuorum, or set internalTransfers: balance',
    ),
  ]
}

interface Tried extends Pick<Capability, 'supported' | 'why'> {
  readonly isUntried: boolean
}

async function tryTracing(chain: ChainConfig, url: string): Promise<Tried> {
  const ports = openEndpointPorts(chain.id, chain.rollup, url)
  const ofTransaction = probes.filter(({ ask }) => ask === tryTraceOfTransaction)
  const [row] = await probeEndpoint(ports, probedChain(chain), ofTransaction)
  if (!row) throw new Error('no probe traces a transaction')
  return { supported: row.supported, why: row.why, isUntried: row.why === nothingToTrace }
}
