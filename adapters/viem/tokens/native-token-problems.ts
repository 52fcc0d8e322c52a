import type { Address } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import type { ChainNodes } from '../client.ts'
import { toEip55 } from '../to-eip55.ts'
import { compareWithCoin } from './native-as-token.ts'

/**
 * Why a chain's tokens forbid a start (MONEY 13): each that is proven to be the native coin. A node
 * that does not answer forbids nothing, and is told to `onError`.
 */
export async function coinTokenProblems(
  chain: Pick<Chain, 'id' | 'tokens' | 'coldWallet' | 'gasKeeper'>,
  nodes: ChainNodes,
  onError: (error: unknown) => void,
): Promise<readonly string[]> {
  const addresses = [chain.gasKeeper.address, chain.coldWallet]
  const problems: string[] = []
  for (const { id, symbol, decimals } of chain.tokens) {
    const token = id as Address
    try {
      const verdict = await compareWithCoin(chain.id, nodes, { token, decimals, addresses })
      if (verdict !== 'proven') continue
      problems.push(
        `chain ${chain.id}: token ${symbol}, ${toEip55(token)}, is the native coin as an ERC-20 (its balances are the native ones), so one payment would be two deposits: take it out of tokens`,
      )
    } catch (error) {
      onError(error)
      return problems
    }
  }
  return problems
}
