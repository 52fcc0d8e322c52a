import { createChainNodes } from '../../adapters/viem/client.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { down, type Finding, fault, well } from './finding.ts'

/**
 * Each endpoint by itself: one that serves another chain is a fault, one that is away is named by
 * its place, never by its URL.
 */
export async function checkNodes(chain: ChainConfig, path: string): Promise<Finding[]> {
  const urls = chain.rpcUrls.map((url) => url.reveal())
  const nodes = createChainNodes({ chainId: chain.id, urls, timeoutMs: 5_000 })
  const errors = await nodes.check()
  return errors.map((error, index): Finding => {
    const where = `${path}.rpc[${index}]`
    if (error === undefined) return well(where, `answers as chain ${chain.id}`)
    if (error.name === 'WrongChain') {
      return fault('chain-id', where, error.message, `give a node of chain ${chain.id}`)
    }
    const fix = 'look whether the node is up and lets us in; the URL itself is not shown here'
    return down(where, error.message, fix)
  })
}
