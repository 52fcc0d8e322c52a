import { formatUnits } from '../amount.ts'
import { inUnits, type ListedAsset } from './asset.ts'

/** Price of a token, and the share of its value that gas may cost (MONEY 31). */
export interface Worth {
  /** Price of one whole unit of the token, in wei. */
  readonly priceWei: bigint
  /** Most that the gas of a sweep may cost, in percent of the value that it moves. */
  readonly maxGasShare: bigint
}

/** Returns the value of an amount in wei; undefined where the configuration gives no price. */
export function valueInWei(
  amount: bigint,
  { decimals, worth }: Pick<ListedAsset, 'decimals' | 'worth'>,
): bigint | undefined {
  return worth && (amount * worth.priceWei) / 10n ** BigInt(decimals)
}

/**
 * Returns why the gas of a sweep costs too much for what the sweep moves; undefined if it is worth
 * its gas, or if the token has no price (MONEY 31).
 * @param costWei the gas at the market price, with L1 fee and the keeper's own fee
 */
export function whyUneconomic(
  asset: ListedAsset,
  native: Pick<ListedAsset, 'symbol' | 'decimals'>,
  { amount, costWei }: { readonly amount: bigint; readonly costWei: bigint },
): string | undefined {
  const valueWei = valueInWei(amount, asset)
  if (!asset.worth || valueWei === undefined) return undefined
  const { priceWei, maxGasShare } = asset.worth
  if (costWei * 100n <= valueWei * maxGasShare) return undefined
  const price = `${formatUnits(priceWei, native.decimals)} ${native.symbol}`
  return `the sweep’s gas costs ${inUnits(costWei, native)} now, ${inUnits(amount, asset)} are worth ${inUnits(valueWei, native)} at ${price} each, and maxGasShare allows ${maxGasShare} %`
}
