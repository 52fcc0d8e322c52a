import { type MoneyNodes, openMoneyNodes } from '../adapters/viem/quorum/open-money-nodes.ts'
import type { ChainConfig } from '../config/schema/config.ts'
import type { Log, Metrics } from '../domain/process.ts'

/** A chain's endpoints as coldsweep.yaml has them, one voice each (MONEY 20). */
export function openNodes(chain: ChainConfig, log: Log, metrics: Metrics): MoneyNodes {
  return openMoneyNodes({
    chain,
    urls: chain.rpcUrls.map((url) => url.reveal()),
    quorum: chain.rpcQuorum,
    log: log.child({ chain: chain.name }),
    metrics,
  })
}
