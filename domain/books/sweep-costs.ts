import type { Address } from '../address.ts'
import { type Movement, sweptBy } from './movements.ts'
import type { AssetCost } from './reconciliation.ts'

/**
 * Sums the network fees of each asset's sweeps, and what the sweeps brought to a cold wallet. A fee
 * far above the value shows a thief, a wrong ceiling, or a minimum that is too low (MONEY 26).
 */
export function sweepCosts(
  movements: readonly Movement[],
  coldWallets: ReadonlySet<Address>,
): readonly AssetCost[] {
  const costs = new Map<string, AssetCost>()
  for (const movement of movements) {
    const { kind, asset, mined } = movement
    if (kind === 'drain' || kind === 'nothing') continue
    const { feesWei, arrived } = costs.get(asset) ?? { feesWei: 0n, arrived: 0n }
    const swept = kind === 'sweep' ? sweptBy(movement, coldWallets).arrived : 0n
    costs.set(asset, { asset, feesWei: feesWei + mined.feeWei, arrived: arrived + swept })
  }
  return [...costs.values()]
}

/**
 * Returns the fees of native sweeps in percent of the value that arrived, with two decimals.
 * undefined for a token, whose value in native coin is unknown, and before the first arrival.
 */
export function feeShare({ asset, feesWei, arrived }: AssetCost): string | undefined {
  if (asset !== 'native' || arrived === 0n) return undefined
  const hundredths = (feesWei * 10_000n) / arrived
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`
}
