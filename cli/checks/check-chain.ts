import type { ChainConfig } from '../../config/config.ts'
import { chainStateOf } from '../chain-state-of.ts'
import { explainError } from '../explain-error.ts'
import { checkColdWallet } from './check-cold-wallet.ts'
import { checkFeesAndFinality } from './check-fees-and-finality.ts'
import { checkKeeperBalance } from './check-keeper.ts'
import { checkNodes } from './check-nodes.ts'
import { checkRollup } from './check-rollup.ts'
import { checkTokens } from './check-tokens.ts'
import { checkTracing } from './check-tracing.ts'
import { down, type Finding } from './finding.ts'

/** All live checks of one chain, on the nodes that serve it; where none does, only that is said. */
export async function checkChain(chain: ChainConfig, path: string): Promise<Finding[]> {
  const nodes = await checkNodes(chain, path)
  const rpcUrls = chain.rpcUrls.filter((_url, index) => nodes[index]?.severity === 'ok')
  if (rpcUrls.length === 0) return nodes
  const state = chainStateOf({ ...chain, rpcUrls })
  const checks = [
    checkFeesAndFinality(chain, state, path),
    checkRollup(chain, state, path),
    checkColdWallet(chain, state, path),
    checkKeeperBalance(chain, state, path),
    checkTokens(chain, state, path),
    checkTracing({ ...chain, rpcUrls }, path),
  ]
  const found = await Promise.all(
    checks.map(async (check): Promise<readonly Finding[]> => {
      try {
        return [await check].flat()
      } catch (error) {
        return [down(path, explainError(error).message, 'repeat the check, or try another node')]
      }
    }),
  )
  return [...nodes, ...found.flat()]
}
