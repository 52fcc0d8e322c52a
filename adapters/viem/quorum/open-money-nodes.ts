import type { Rollup } from '../../../domain/chains/fees.ts'
import type { FinalityPolicy } from '../../../domain/chains/finality.ts'
import type { Broadcaster } from '../../../domain/chains/nodes/broadcaster.ts'
import type { ChainHistory, ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import type { Log, Metrics } from '../../../domain/process.ts'
import { createBroadcaster } from '../broadcaster.ts'
import { createChainHistory } from '../chain-history.ts'
import { createChainState } from '../chain-state.ts'
import { createChainNodes } from '../client.ts'
import { createPoll, type Poll } from './poll.ts'
import { createQuorumBroadcaster } from './quorum-broadcaster.ts'
import { createQuorumFinality } from './quorum-heads.ts'
import { createQuorumHistory } from './quorum-history.ts'
import { createQuorumState } from './quorum-state.ts'

export interface MoneyNodesOptions {
  readonly chain: {
    readonly id: number
    readonly name: string
    readonly finality: FinalityPolicy
    readonly blockTimeMs: number
    readonly rollup: Rollup
    /** Tokens whose transfers endpoints must return alike. @default the tokens of all contracts */
    readonly tokens?: readonly { readonly id: string }[]
  }
  /** HTTP endpoints; each has one vote. */
  readonly urls: readonly string[]
  /** Number of endpoints that must agree. */
  readonly quorum: number
  readonly log: Log
  readonly metrics: Metrics
  /** @default 10_000 */
  readonly timeoutMs?: number
  /** How long to wait for the remaining endpoints once enough agree. @default 1000 */
  readonly patienceMs?: number
}

const shortestGraceMs = 2_000
const longestGraceMs = 15_000

export interface MoneyNodes {
  readonly state: ChainState
  readonly history: ChainHistory
  readonly broadcaster: Broadcaster
}

/**
 * Opens the nodes that money code reads from and sends to: one node directly, several as a quorum
 * (MONEY 20).
 */
export function openMoneyNodes(options: MoneyNodesOptions): MoneyNodes {
  const { chain, quorum } = options
  const each = nodesOf(options)
  const [only, ...others] = each
  if (only && others.length === 0) {
    return {
      state: createChainState(chain.id, only.nodes, chain.rollup),
      history: createChainHistory(only.nodes, chain.rollup),
      broadcaster: createBroadcaster(only.nodes),
    }
  }
  const poll = pollOf(options, each, (nodes) => ({
    ...createChainState(chain.id, nodes, chain.rollup),
    ...createChainHistory(nodes, chain.rollup),
  }))
  const finality = createQuorumFinality(poll, chain.finality)
  const tokens = tokensOf(chain)
  return {
    state: createQuorumState(chain.id, poll, finality, tokens),
    history: createQuorumHistory(poll, finality.isFinal, tokens),
    broadcaster: createQuorumBroadcaster(
      each.map(({ number, nodes }) => ({ number, port: createBroadcaster(nodes) })),
      quorum,
    ),
  }
}

/** Opens each endpoint on its own, without fallbacks. */
export function nodesOf({ chain, urls, metrics, timeoutMs = 10_000 }: MoneyNodesOptions) {
  const onUnusable = () => metrics.count('rpc_unusable_answers', { chain: chain.name })
  return urls.map((url, index) => ({
    number: index + 1,
    nodes: createChainNodes({
      chainId: chain.id,
      urls: [url],
      timeoutMs,
      firstNumber: index + 1,
      onUnusable,
    }),
  }))
}

type EndpointNodes = ReturnType<typeof nodesOf>[number]

/** Returns a poll that asks all endpoints, and settles a question once `quorum` of them agree. */
export function pollOf<Port>(
  { chain, quorum, patienceMs, log, metrics }: MoneyNodesOptions,
  each: readonly EndpointNodes[],
  portOf: (nodes: EndpointNodes['nodes']) => Port,
): Poll<Port> {
  return createPoll<Port>(
    each.map(({ number, nodes }) => ({ number, port: portOf(nodes) })),
    {
      chain: chain.name,
      needed: quorum,
      graceMs: graceOf(chain.blockTimeMs),
      patienceMs,
      log,
      metrics,
    },
  )
}

/** Returns the grace time in ms: three block times, because a node may lag by a block or two. */
function graceOf(blockTimeMs: number): number {
  return Math.min(Math.max(3 * blockTimeMs, shortestGraceMs), longestGraceMs)
}

/** Returns the addresses of the chain's tokens; undefined stands for all contracts. */
export const tokensOf = ({ tokens }: MoneyNodesOptions['chain']) =>
  tokens && new Set(tokens.map(({ id }) => id))
