import { smallerOf } from '../amount.ts'
import { inUnits, type ListedAsset } from '../chains/asset.ts'

/** Limits of an operator's order to sweep dust. They replace the asset's minimum (MONEY 15). */
export interface DustLimits {
  /** Smallest balance that is swept, in the smallest unit. */
  readonly minAmount: bigint
  /** Most that the sweep of one wallet may cost, in wei. */
  readonly maxCostWei: bigint
  /** Native coin only: at least this many times the cost has to arrive. */
  readonly factor: number
}

/**
 * Returns the most that the whole sweep of a balance may cost, in wei. Of native coin, `factor`
 * times the cost has to remain.
 */
export function mostCostWei(
  { maxCostWei, factor }: DustLimits,
  asset: Pick<ListedAsset, 'id'>,
  balance: bigint,
): bigint {
  return asset.id === 'native' ? smallerOf(maxCostWei, balance / BigInt(factor + 1)) : maxCostWei
}

/** Returns why the limits forbid a planned sweep; undefined if they allow it. */
export function whyNotWorth(
  { minAmount, maxCostWei, factor }: DustLimits,
  asset: ListedAsset,
  native: Pick<ListedAsset, 'symbol' | 'decimals'>,
  plan: { readonly balance: bigint; readonly amount: bigint; readonly costWei: bigint },
): string | undefined {
  const { balance, amount, costWei } = plan
  const cost = inUnits(costWei, native)
  if (balance < minAmount)
    return `the wallet holds ${inUnits(balance, asset)}: less than the order's ${inUnits(minAmount, asset)}`
  if (costWei > maxCostWei)
    return `its sweep costs ${cost} now: more than the order's ${inUnits(maxCostWei, native)}`
  if (asset.id === 'native' && amount < costWei * BigInt(factor))
    return `its sweep brings ${inUnits(amount, asset)} and costs ${cost}: less than ${factor} times its cost`
  return undefined
}
