import type { KeeperLevel } from './ports/keeper-book.ts'

/** Gas of one plain transfer: a keeper that can't pay even this is empty. */
export const plainTransferGas = 21_000n

/** The level by what the keeper has not promised to signed transactions. */
export function keeperLevel(input: {
  readonly uncommittedWei: bigint
  readonly alertBelowWei: bigint
  readonly gasPriceWei: bigint
}): KeeperLevel {
  if (input.uncommittedWei < plainTransferGas * input.gasPriceWei) return 'empty'
  return input.uncommittedWei < input.alertBelowWei ? 'low' : 'ok'
}
