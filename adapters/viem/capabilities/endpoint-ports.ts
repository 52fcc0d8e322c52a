import type { Rollup } from '../../../domain/chains/fees.ts'
import type { Broadcaster } from '../../../domain/chains/nodes/broadcaster.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import type { ChainHistory, ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { createBroadcaster } from '../broadcaster.ts'
import { createChainHistory } from '../chain-history.ts'
import { createChainReader } from '../chain-reader.ts'
import { createChainState } from '../chain-state.ts'
import { type ChainNodes, createChainNodes } from '../client.ts'
import { createPayments, type Payments } from '../payments.ts'

/**
 * The ports that scanner, plans, quorum and lane loop use, bound to one endpoint, so that a probe
 * sends the same requests as these parts.
 */
export interface EndpointPorts {
  readonly nodes: ChainNodes
  readonly reader: ChainReader
  readonly state: ChainState
  readonly history: ChainHistory
  readonly payments: Payments
  readonly broadcaster: Broadcaster
}

/** A node that answers later counts as away. The time is short, because an operator waits. */
const timeoutMs = 5_000

/** Opens the ports of one endpoint. No fallback endpoint answers in its place. */
export function openEndpointPorts(chainId: number, rollup: Rollup, url: string): EndpointPorts {
  const nodes = createChainNodes({ chainId, urls: [url], timeoutMs })
  return {
    nodes,
    reader: createChainReader(chainId, nodes, rollup),
    state: createChainState(chainId, nodes, rollup),
    history: createChainHistory(nodes, rollup),
    payments: createPayments(nodes),
    broadcaster: createBroadcaster(nodes),
  }
}
