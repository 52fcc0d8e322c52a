import { createChainNodes } from '../../adapters/viem/client.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { compareWithNative } from '../../adapters/viem/tokens/native-as-token.ts'
import { readTokenFacts } from '../../adapters/viem/tokens/token-facts.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type CheckResult, failed, passed, warning } from './check-result.ts'

/**
 * Compares listed tokens with their contracts. Wrong decimals are an error, because every amount
 * and minimum would be wrong by a power of ten.
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

async function checkToken(
  token: ListedAsset,
  state: ChainState,
  path: string,
): Promise<CheckResult[]> {
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

const timeoutMs = 5_000

/**
 * Finds listed tokens that are the native coin as an ERC-20: their balances are the native
 * balances. With such a token, one payment would be two deposits (MONEY 13).
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
    const verdict = await compareWithNative(chain.id, nodes, { token, decimals, addresses })
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
