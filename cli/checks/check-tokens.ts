import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { readTokenFacts } from '../../adapters/viem/tokens/token-facts.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type CheckResult, failed, warning, passed } from './check-result.ts'

/**
 * Checks listed tokens against their contracts. Wrong decimals are an error: they would misread
 * every amount and minimum by a power of ten.
 */
export async function checkTokens(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<CheckResult[]> {
  const results = await Promise.all(
    chain.tokens.map((token, index) => checkToken(token, state, `${path}.tokens[${index}]`)),
  )
  return results.flat()
}

async function checkToken(token: ListedAsset, state: ChainState, path: string): Promise<CheckResult[]> {
  const address = toEip55(token.id as Address)
  const facts = await readTokenFacts(state, token.id as Address)
  if (!facts.hasCode) {
    const fix = 'set the address of the token contract on this chain'
    return [failed('token-address', `${path}.address`, `${address} has no code on this chain`, fix)]
  }
  const results: CheckResult[] = []
  if (facts.decimals === undefined) {
    const fix = 'make sure that it is an ERC-20 token with these decimals'
    results.push(
      warning('token-decimals', `${path}.decimals`, `${address} does not report its decimals`, fix),
    )
  } else if (facts.decimals !== token.decimals) {
    results.push(
      failed(
        'token-decimals',
        `${path}.decimals`,
        `is ${token.decimals}; the contract ${address} reports ${facts.decimals}`,
        `set decimals: ${facts.decimals}, and check its min`,
      ),
    )
  }
  if (facts.symbol !== undefined && facts.symbol !== token.symbol) {
    const what = `is ${token.symbol}; the contract ${address} reports ${facts.symbol}`
    const fix = 'make sure that it is the right token; a symbol of your own is fine'
    results.push(warning('token-symbol', `${path}.symbol`, what, fix))
  }
  if (results.length > 0) return results
  return [passed(path, `${token.symbol} has ${token.decimals} decimals`)]
}
