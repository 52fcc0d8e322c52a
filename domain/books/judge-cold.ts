import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import { type Movement, sweptBy } from './movements.ts'
import type { ColdSums, Difference } from './reconciliation.ts'

/** Sums up the amounts that sweeps brought to one cold wallet, by asset, in the smallest unit. */
export function arrivedAt(
  coldWallet: Address,
  movements: readonly Movement[],
): ReadonlyMap<AssetId, bigint> {
  const only = new Set([coldWallet])
  const sums = new Map<AssetId, bigint>()
  for (const movement of movements) {
    if (movement.kind !== 'sweep') continue
    const { arrived } = sweptBy(movement, only)
    if (arrived > 0n) sums.set(movement.asset, (sums.get(movement.asset) ?? 0n) + arrived)
  }
  return sums
}

/**
 * MONEY 12, 23: returns a difference for each asset of which a cold wallet holds less than sweeps
 * brought there. Only cold wallets that have never sent a transaction are judged, because the
 * treasurer may have spent from the others. A difference shows that the token logged more than it
 * moved.
 */
export function judgeCold(sums: readonly ColdSums[]): readonly Difference[] {
  return sums.flatMap(({ coldWallet, asset, arrived, balance, neverSent }): Difference[] => {
    if (!neverSent || balance >= arrived) return []
    const words = `sweeps brought ${arrived} to this cold wallet, which has sent nothing and holds ${balance}, in the smallest unit`
    return [
      {
        kind: 'cold',
        address: coldWallet,
        asset,
        missing: arrived - balance,
        words,
        rows: [],
        causes: [],
      },
    ]
  })
}
