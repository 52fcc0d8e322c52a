import { createChainNodes } from '../../adapters/viem/client.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { down, type Finding, fault, well } from './finding.ts'

/**
 * Checks each endpoint. An endpoint of another chain is an error. Endpoints are named by their path
 * in the yaml, never by URL.
 */
export async function checkNodes(chain: ChainConfig, path: string): Promise<Finding[]> {
  const urls = chain.rpcUrls.map((url) => url.reveal())
  const nodes = createChainNodes({ chainId: chain.id, urls, timeoutMs: 5_000 })
  const errors = await nodes.check()
  return errors.map((error, index): Finding => {
    const where = `${path}.rpc[${index}]`
    if (error === undefined) return well(where, `answers as chain ${chain.id}`)
    if (error.name === 'WrongChain') {
      return fault('chain-id', where, error.message, `use a node of chain ${chain.id}`)
    }
    const fix = 'check that the node is running and accepts requests; its URL is not shown here'
    return down(where, error.message, fix)
  })
}
