import { type Address, parseUnits } from 'viem'
import type { ContractName } from '../../contracts/artifact.ts'

export type AssetSymbol = 'ETH' | 'PLAIN' | 'SILENT' | 'PAUSE' | 'STRAY'

interface AssetFacts {
  symbol: AssetSymbol
  /** Short description for people who read this file. */
  about: string
  decimals: number
  /** In human units; undefined for a token that coldsweep does not list. */
  min: string | undefined
}

export interface TokenFacts extends AssetFacts {
  contract: ContractName
}

export const NATIVE: AssetFacts & { min: string } = {
  symbol: 'ETH',
  about: 'native coin of the chain',
  decimals: 18,
  min: '0.01',
}

/** The demo's tokens, in order of deployment. */
export const TOKENS: readonly TokenFacts[] = [
  {
    symbol: 'PLAIN',
    about: 'a standard ERC-20',
    decimals: 18,
    min: '1',
    contract: 'plain-token',
  },
  {
    symbol: 'SILENT',
    about: 'its transfer returns nothing, like USDT',
    decimals: 6,
    min: '1',
    contract: 'silent-token',
  },
  {
    symbol: 'PAUSE',
    about: 'its transfer returns false while paused',
    decimals: 18,
    min: '1',
    contract: 'pausable-false-token',
  },
  {
    symbol: 'STRAY',
    about: 'not listed',
    decimals: 18,
    min: undefined,
    contract: 'plain-token',
  },
]

/** An asset on the demo's chain. Amounts are in the smallest unit. */
export interface Asset {
  symbol: AssetSymbol
  decimals: number
  /** A balance below this amount stays in its wallet. Undefined: not listed. */
  min: bigint | undefined
  /** Lower-case; undefined for the native coin. */
  token: Address | undefined
}

/**
 * Returns the native coin and all tokens with their addresses.
 * @param tokens addresses of `TOKENS`, in the same order
 */
export function assetsOf(tokens: readonly Address[]): Asset[] {
  return [NATIVE, ...TOKENS].map(({ symbol, decimals, min }, index) => ({
    symbol,
    decimals,
    min: min === undefined ? undefined : parseUnits(min, decimals),
    token: index === 0 ? undefined : (tokens[index - 1]?.toLowerCase() as Address),
  }))
}

export function findAsset(assets: readonly Asset[], symbol: AssetSymbol): Asset {
  const found = assets.find((asset) => asset.symbol === symbol)
  if (!found) throw new Error(`the demo has no asset ${symbol}`)
  return found
}
