import type { KeeperLevel } from './keeper-book.ts'

/**
 * Gas of one plain transfer, where nothing else is recorded for the chain: a keeper that can't pay
 * even this is empty.
 */
export const plainTransferGas = 21_000n

/** The level by what the keeper has not promised to signed transactions. */
export function keeperLevel(input: {
  readonly uncommittedWei: bigint
  readonly alertBelowWei: bigint
  readonly gasPriceWei: bigint
  /** Of one plain transfer. @default 21,000 */
  readonly transferGas?: bigint
}): KeeperLevel {
  const { transferGas = plainTransferGas } = input
  if (input.uncommittedWei < transferGas * input.gasPriceWei) return 'empty'
  return input.uncommittedWei < input.alertBelowWei ? 'low' : 'ok'
}
