import { getAddress } from 'viem/utils'
import { formatUnits } from '../../domain/amount.ts'
import type { AssetId, ListedAsset } from '../../domain/chains/asset.ts'
import { type Chain, findAsset } from '../../domain/chains/chain.ts'
import { valueInWei } from '../../domain/chains/price.ts'

type NamedChain = Pick<Chain, 'id' | 'name' | 'native' | 'tokens'>

/**
 * Names of chains and assets from the configuration. A chain or token that is no longer listed is
 * shown by its id.
 */
export interface AssetNames {
  chainName(chainId: number): string
  symbol(chainId: number, asset: AssetId): string
  /** undefined for an asset that is not listed. */
  decimals(chainId: number, asset: AssetId): number | undefined
  /**
   * Formats an amount: `1.5 USDT`. The amount of an unlisted token is in its smallest unit. The
   * native coin of an unlisted chain has 18 decimals.
   */
  amount(chainId: number, asset: AssetId, amount: bigint): string
  /** Value of an amount in wei; undefined for a token without a price. */
  valueWei(chainId: number, asset: AssetId, amount: bigint): bigint | undefined
  /** Finds the assets with this symbol or token address, on one chain or all. */
  find(text: string, chainId: number | undefined): { chainId: number; id: AssetId }[]
}

export function createAssetNames(chains: readonly NamedChain[]): AssetNames {
  const chainOf = (id: number) => chains.find((chain) => chain.id === id)
  const assetOf = (chainId: number, asset: AssetId): ListedAsset | undefined => {
    const chain = chainOf(chainId)
    return chain && findAsset(chain as Chain, asset)
  }
  const symbol = (chainId: number, asset: AssetId) =>
    assetOf(chainId, asset)?.symbol ?? (asset === 'native' ? 'native' : getAddress(asset))
  return {
    chainName: (chainId) => chainOf(chainId)?.name ?? String(chainId),
    symbol,
    decimals: (chainId, asset) => assetOf(chainId, asset)?.decimals,
    amount(chainId, asset, amount) {
      const decimals = assetOf(chainId, asset)?.decimals ?? (asset === 'native' ? 18 : undefined)
      const number = decimals === undefined ? `${amount} units of` : formatUnits(amount, decimals)
      return `${number} ${symbol(chainId, asset)}`
    },
    valueWei(chainId, asset, amount) {
      if (asset === 'native') return amount
      const listed = assetOf(chainId, asset)
      return listed && valueInWei(amount, listed)
    },
    find(text, chainId) {
      const wanted = text.toLowerCase()
      return chains
        .filter(({ id }) => chainId === undefined || id === chainId)
        .flatMap((chain) => {
          if (/^0x[0-9a-f]{40}$/.test(wanted)) return [{ chainId: chain.id, id: wanted as AssetId }]
          return [chain.native, ...chain.tokens]
            .filter((asset) => asset.symbol.toLowerCase() === wanted || asset.id === wanted)
            .map(({ id }) => ({ chainId: chain.id, id }))
        })
    },
  }
}
