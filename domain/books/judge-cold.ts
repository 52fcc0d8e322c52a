import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import { type Movement, sweptBy } from './movements.ts'
import type { Difference } from './reconciliation.ts'

/** A cold wallet's balance beside what our sweeps brought there, in the smallest unit. */
export interface ColdSums {
  readonly coldWallet: Address
  readonly asset: AssetId
  readonly arrived: bigint
  readonly balance: bigint
  /**
   * It has no code and has never sent a transaction: nothing can have left it but by a permit or
   * the token itself.
   */
  readonly neverSent: boolean
}

/** What sweeps brought to one cold wallet, by asset. */
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
 * MONEY 12, 23: the cold wallet is others' too, so that its balance proves nothing by itself. One
 * that has never sent anything must hold at least what arrived: a token whose logs say more than it
 * moved shows here.
 */
export function judgeCold(sums: readonly ColdSums[]): readonly Difference[] {
  return sums.flatMap(({ coldWallet, asset, arrived, balance, neverSent }): Difference[] => {
    if (!neverSent || balance >= arrived) return []
    const words = `sweeps brought ${arrived} to this cold wallet, which has sent nothing and holds ${balance}, in the smallest unit`
    return [
      { kind: 'cold', address: coldWallet, asset, missing: arrived - balance, words, rows: [] },
    ]
  })
}
