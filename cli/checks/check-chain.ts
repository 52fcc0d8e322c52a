import { createChainNodes } from '../../adapters/viem/client.ts'
import type { ChainConfig, Needs } from '../../config/schema/config.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { explainError } from '../session/explain-error.ts'
import { checkCapabilities, type EndpointCapability } from './check-capabilities.ts'
import { checkColdWallet } from './check-cold-wallet.ts'
import { checkFeesAndFinality } from './check-fees-and-finality.ts'
import { checkKeeperBalance } from './check-keeper.ts'
import { type CheckResult, failed, passed, unreachable } from './check-result.ts'
import { checkRollup } from './check-rollup.ts'
import { checkTip } from './check-tip.ts'
import { checkCoinTokens, checkTokens } from './check-tokens.ts'
import { checkTracing } from './check-tracing.ts'
import { checkTransferGas } from './check-transfer-gas.ts'
import { checkWebsockets } from './check-websockets.ts'

export interface CheckedChain {
  readonly results: readonly CheckResult[]
  readonly capabilities: readonly EndpointCapability[]
}

/**
 * Runs all checks of one chain that need a node, on the endpoints that serve the chain. If no
 * endpoint serves it, only the endpoints' errors are returned.
 */
export async function checkChain(
  chain: ChainConfig,
  path: string,
  database?: Needs['database'],
): Promise<CheckedChain> {
  const nodes = await checkNodes(chain, path)
  const reachable = nodes.flatMap(({ severity }, index) => (severity === 'ok' ? [index] : []))
  const rpcUrls = chain.rpcUrls.filter((_url, index) => reachable.includes(index))
  const state = rpcUrls.length === 0 ? undefined : chainStateOf({ ...chain, rpcUrls })
  const height = async () =>
    await state?.head().then(
      (head) => head.number,
      () => undefined,
    )
  const sockets = checkWebsockets(chain, path, height)
  if (!state) return { results: [...nodes, ...(await sockets)], capabilities: [] }
  const checks = [
    checkFeesAndFinality(chain, state, path),
    checkTip(chain, state, path),
    checkTransferGas({ ...chain, rpcUrls }, path, database),
    checkRollup(chain, state, path),
    checkColdWallet(chain, state, path),
    checkKeeperBalance(chain, state, path),
    checkTokens(chain, state, path),
    checkCoinTokens({ ...chain, rpcUrls }, path),
    checkTracing({ ...chain, rpcUrls }, path),
    sockets,
  ]
  const found = await Promise.all(
    checks.map(async (check): Promise<readonly CheckResult[]> => {
      try {
        return [await check].flat()
      } catch (error) {
        return [
          unreachable(path, explainError(error).message, 'repeat the check, or try another node'),
        ]
      }
    }),
  )
  const able = await checkCapabilities(chain, path, reachable)
  return {
    results: [...nodes, ...able.results, ...found.flat()],
    capabilities: able.capabilities,
  }
}

/**
 * Checks that each endpoint answers and serves the chain. An endpoint of another chain is an error.
 * Endpoints are named by their path in the yaml, never by URL.
 */
async function checkNodes(chain: ChainConfig, path: string): Promise<CheckResult[]> {
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
