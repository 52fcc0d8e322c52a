import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import { type Chain, findAsset } from '../chains/chain.ts'
import { valueInWei } from '../chains/price.ts'
import { type Movement, sweptBy } from './movements.ts'
import type { AssetCost } from './reconciliation.ts'

/** The assets and their prices. */
type Priced = Pick<Chain, 'native' | 'tokens'>

/**
 * Sums the network fees of each asset's sweeps, and what the sweeps brought to a cold wallet. A fee
 * far above the value shows a thief, a wrong ceiling, or a minimum that is too low (MONEY 26).
 */
export function sweepCosts(
  movements: readonly Movement[],
  coldWallets: ReadonlySet<Address>,
  chain: Priced,
): readonly AssetCost[] {
  const costs = new Map<AssetId, Pick<AssetCost, 'feesWei' | 'arrived'>>()
  for (const movement of movements) {
    const { kind, asset, mined } = movement
    if (kind === 'drain' || kind === 'nothing') continue
    const { feesWei, arrived } = costs.get(asset) ?? { feesWei: 0n, arrived: 0n }
    const swept = kind === 'sweep' ? sweptBy(movement, coldWallets).arrived : 0n
    costs.set(asset, { feesWei: feesWei + mined.feeWei, arrived: arrived + swept })
  }
  return [...costs].map(([asset, sums]) => ({
    asset,
    ...sums,
    valueWei: arrivedInWei(asset, sums.arrived, chain),
  }))
}

function arrivedInWei(asset: AssetId, arrived: bigint, chain: Priced): bigint | undefined {
  if (asset === 'native') return arrived
  const listed = findAsset(chain, asset)
  return listed && valueInWei(arrived, listed)
}

/**
 * Returns the fees in percent of the value that arrived, with two decimals. undefined for a token
 * without a price, and before the first arrival.
 */
export function feeShare({
  feesWei,
  valueWei = 0n,
}: Pick<AssetCost, 'feesWei' | 'valueWei'>): string | undefined {
  if (valueWei === 0n) return undefined
  const hundredths = (feesWei * 10_000n) / valueWei
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`
}
