import { largerOf } from '../amount.ts'
import { plainTransferGas } from '../chains/transfer-gas.ts'
import type { Transaction } from '../lanes/transaction.ts'

/**
 * Returns the highest amount that a transaction may cost its sender, in wei (MONEY 7): value + gas
 * limit × max fee of its most expensive attempt, plus the L1 fee.
 */
export function worstCost({ attempts, l1FeeWei }: Transaction): bigint {
  return (
    l1FeeWei +
    attempts.reduce((most, it) => largerOf(most, it.valueWei + it.gasLimit * it.maxFeeWei), 0n)
  )
}

/**
 * MONEY 7: returns the part of the keeper’s balance that is already committed, in wei. It is the
 * worst cost of all transactions that the balance does not include yet, because they are unmined or
 * were mined after the block at which the balance was read.
 */
export function committedWei(live: readonly Transaction[], balanceBlock: bigint): bigint {
  return live
    .filter((t) => t.mined === null || t.mined.blockNumber > balanceBlock)
    .reduce((sum, t) => sum + worstCost(t), 0n)
}

export type KeeperRefusal = 'keeper-low' | 'lane-full'

/**
 * Decides whether the keeper may send one more transaction with this worst cost. Returns the reason
 * why not; undefined if it may.
 */
export function judgeKeeper(input: {
  readonly live: readonly Transaction[]
  readonly balanceWei: bigint
  readonly balanceBlock: bigint
  readonly costWei: bigint
  readonly maxInFlight: number
}): KeeperRefusal | undefined {
  if (input.live.filter((t) => t.mined === null).length >= input.maxInFlight) return 'lane-full'
  const committed = committedWei(input.live, input.balanceBlock)
  return input.balanceWei < committed + input.costWei ? 'keeper-low' : undefined
}

export type KeeperLevel = 'ok' | 'low' | 'empty'

/**
 * Returns the level of the keeper's uncommitted balance. `empty`: the balance does not pay for one
 * plain transfer. `low`: it is below the configured alert value.
 */
export function keeperLevel(input: {
  readonly uncommittedWei: bigint
  readonly alertBelowWei: bigint
  readonly gasPriceWei: bigint
  /** Gas of one plain transfer. @default 21,000 */
  readonly transferGas?: bigint
}): KeeperLevel {
  const { transferGas = plainTransferGas } = input
  if (input.uncommittedWei < transferGas * input.gasPriceWei) return 'empty'
  return input.uncommittedWei < input.alertBelowWei ? 'low' : 'ok'
}
