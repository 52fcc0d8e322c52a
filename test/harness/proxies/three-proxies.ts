import { openMoneyNodes } from '../../../adapters/viem/quorum/open-money-nodes.ts'
import type { Broadcaster } from '../../../domain/chains/nodes/broadcaster.ts'
import type { ChainHistory, ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { recordingMetrics } from '../fakes/recording-metrics.ts'
import { type FaultProxy, faultProxy } from './fault-proxy.ts'

export interface ThreeProxies {
  readonly proxies: readonly [FaultProxy, FaultProxy, FaultProxy]
  readonly urls: readonly string[]
  heal(): void
  close(): Promise<void>
}

/** Opens three endpoints of one node. A test can make each endpoint fail or lie. */
export async function threeProxies(nodeUrl: string): Promise<ThreeProxies> {
  const proxies = [
    await faultProxy(nodeUrl),
    await faultProxy(nodeUrl),
    await faultProxy(nodeUrl),
  ] as const
  return {
    proxies,
    urls: proxies.map(({ url }) => url),
    heal() {
      for (const proxy of proxies) proxy.heal()
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}

/**
 * Creates the ports of transactions/ with a quorum of several endpoints, the grace time of a devnet
 * and a finality of two blocks.
 */
export function quorumOf(
  chainId: number,
  urls: readonly string[],
  more: {
    readonly quorum?: number
    readonly timeoutMs?: number
    /** @default 250, which gives a lagging endpoint the shortest grace time */
    readonly blockTimeMs?: number
    /**
     * How long to wait for the remaining endpoints once enough agree. A test in which every
     * endpoint answers sets a long time, so that the slowest answer counts too. @default the
     * product's default
     */
    readonly patienceMs?: number
  } = {},
): {
  readonly state: ChainState
  readonly history: ChainHistory
  readonly broadcaster: Broadcaster
  readonly log: ReturnType<typeof recordingLog>
  readonly metrics: ReturnType<typeof recordingMetrics>
} {
  const { quorum = 2, timeoutMs = 3_000, blockTimeMs = 250, ...patience } = more
  const log = recordingLog()
  const metrics = recordingMetrics()
  const chain = {
    id: chainId,
    name: 'devnet',
    finality: { depth: 2 },
    blockTimeMs,
    rollup: 'none',
  } as const
  const nodes = openMoneyNodes({ chain, urls, quorum, log, metrics, timeoutMs, ...patience })
  return { ...nodes, log, metrics }
}
