import { smallerOf } from '../amount.ts'

/** What a transaction offered, in wei per gas; undefined where the node leaves it out. */
export interface OfferedPrice {
  readonly gasPriceWei: bigint | undefined
  readonly maxFeeWei: bigint | undefined
  readonly maxPriorityFeeWei: bigint | undefined
}

/**
 * Wei per gas that a mined transaction paid, where its receipt says nothing or 0 (go-metadium #105,
 * harmony #4844): its own gas price, or base fee + min(tip, cap − base fee). 0 is true where the
 * transaction offered 0, as on gas-free chains.
 * @param baseFeeWei of its block; undefined on chains without EIP-1559
 * @returns undefined where the transaction names no price at all
 */
export function gasPricePaid(
  { gasPriceWei, maxFeeWei, maxPriorityFeeWei }: OfferedPrice,
  baseFeeWei: bigint | undefined,
): bigint | undefined {
  if (maxFeeWei === undefined) return gasPriceWei
  // A chain that takes such a transaction without a base fee charges the price that it shows, or
  // all that was offered.
  if (baseFeeWei === undefined) return gasPriceWei ?? maxFeeWei
  if (maxFeeWei <= baseFeeWei) return maxFeeWei
  return baseFeeWei + smallerOf(maxPriorityFeeWei ?? 0n, maxFeeWei - baseFeeWei)
}
