import { largerOf, smallerOf } from '../amount.ts'

/** Native deposits of a wallet that are held, and the gas money for its open sweeps (MONEY 16). */
export interface HeldCoin {
  /** Native deposits that no sweep moved, while one of them is held; 0n without a hold. */
  readonly heldWei: bigint
  /** Gas money that arrived for the wallet's open sweeps and is not spent, in wei. */
  readonly gasWei: bigint
}

/**
 * Returns the part of a wallet's native balance that a token sweep may count and spend. Gas money
 * stays usable although earlier token sweeps may have spent a part of the deposits that are held.
 */
export function usableCoin(balanceWei: bigint, { heldWei, gasWei }: HeldCoin): bigint {
  if (heldWei === 0n) return balanceWei
  return largerOf(largerOf(0n, balanceWei - heldWei), smallerOf(balanceWei, gasWei))
}
