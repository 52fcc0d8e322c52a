import { createChainNodes } from '../../adapters/viem/client.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { unreachable, type CheckResult, failed, passed } from './check-result.ts'

/**
 * Checks each endpoint. An endpoint of another chain is an error. Endpoints are named by their path
 * in the yaml, never by URL.
 */
export async function checkNodes(chain: ChainConfig, path: string): Promise<CheckResult[]> {
  const urls = chain.rpcUrls.map((url) => url.reveal())
  const nodes = createChainNodes({ chainId: chain.id, urls, timeoutMs: 5_000 })
  const errors = await nodes.check()
  return errors.map((error, index): CheckResult => {
    const where = `${path}.rpc[${index}]`
    if (error === undefined) return passed(where, `answers as chain ${chain.id}`)
    if (error.name === 'WrongChain') {
      return failed('chain-id', where, error.message, `use a node of chain ${chain.id}`)
    }
    const fix = 'check that the node is running and accepts requests; its URL is not shown here'
    return unreachable(where, error.message, fix)
  })
}
