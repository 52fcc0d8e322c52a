import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { readTokenFacts } from '../../adapters/viem/tokens/token-facts.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type Finding, fault, warning, well } from './finding.ts'

/**
 * Other decimals than the contract's would misread every amount and minimum by a power of ten: a
 * fault.
 */
export async function checkTokens(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<Finding[]> {
  const findings = await Promise.all(
    chain.tokens.map((token, index) => checkToken(token, state, `${path}.tokens[${index}]`)),
  )
  return findings.flat()
}

async function checkToken(token: ListedAsset, state: ChainState, path: string): Promise<Finding[]> {
  const address = toEip55(token.id as Address)
  const facts = await readTokenFacts(state, token.id as Address)
  if (!facts.hasCode) {
    const fix = 'give the token contract’s address on this chain'
    return [fault('token-address', `${path}.address`, `${address} has no code on this chain`, fix)]
  }
  const findings: Finding[] = []
  if (facts.decimals === undefined) {
    const fix = 'make sure that it is an ERC-20 token, and that its decimals are right'
    findings.push(
      warning('token-decimals', `${path}.decimals`, `${address} does not say its decimals`, fix),
    )
  } else if (facts.decimals !== token.decimals) {
    findings.push(
      fault(
        'token-decimals',
        `${path}.decimals`,
        `is ${token.decimals}, the contract ${address} says ${facts.decimals}`,
        `write decimals: ${facts.decimals}, and look at its min again`,
      ),
    )
  }
  if (facts.symbol !== undefined && facts.symbol !== token.symbol) {
    const what = `is ${token.symbol}, the contract ${address} says ${facts.symbol}`
    const fix = 'make sure that it is the right token; a name of your own is fine'
    findings.push(warning('token-symbol', `${path}.symbol`, what, fix))
  }
  if (findings.length > 0) return findings
  return [well(path, `${token.symbol} has ${token.decimals} decimals`)]
}
