import { createChainNodes } from '../../adapters/viem/client.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { compareWithCoin } from '../../adapters/viem/tokens/native-as-token.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { type CheckResult, failed, warning } from './check-result.ts'

const timeoutMs = 5_000

/**
 * Finds listed tokens whose balances are the native balances: one payment would be two deposits
 * (MONEY 13).
 */
export async function checkCoinTokens(
  chain: Pick<ChainConfig, 'id' | 'rpcUrls' | 'tokens' | 'coldWallet' | 'gasKeeper'>,
  path: string,
): Promise<CheckResult[]> {
  const urls = chain.rpcUrls.map((url) => url.reveal())
  const nodes = createChainNodes({ chainId: chain.id, urls, timeoutMs })
  const addresses = [chain.gasKeeper.address, chain.coldWallet]
  const results: CheckResult[] = []
  for (const [index, { id, decimals, symbol }] of chain.tokens.entries()) {
    const token = id as Address
    const where = `${path}.tokens[${index}].address`
    const verdict = await compareWithCoin(chain.id, nodes, { token, decimals, addresses })
    if (verdict === 'proven') {
      const what = `${symbol}, ${toEip55(token)}, is the native coin as an ERC-20 (its balances are the native balances); one payment would be two deposits`
      const fix = 'remove it from tokens; the native coin is scanned and swept without it'
      results.push(failed('token-is-coin', where, what, fix))
    } else if (verdict === 'likely') {
      const what = `${symbol}, ${toEip55(token)}, may be the native coin: one address holds equal amounts of both, which can be chance`
      const fix =
        'make sure that it is not the native coin as an ERC-20; repeat the check when another address is funded'
      results.push(warning('token-is-coin', where, what, fix))
    }
  }
  return results
}
