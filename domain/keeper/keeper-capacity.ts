import { largerOf } from '../amount.ts'
import { plainTransferGas } from '../chains/transfer-gas.ts'
import type { Transaction } from '../lanes/transaction.ts'

/**
 * Most that a transaction may cost its sender: value + gas limit × max fee of its dearest attempt +
 * L1 fee (MONEY 7).
 */
export function worstCost({ attempts, l1FeeWei }: Transaction): bigint {
  return (
    l1FeeWei +
    attempts.reduce((most, it) => largerOf(most, it.valueWei + it.gasLimit * it.maxFeeWei), 0n)
  )
}

/**
 * MONEY 7: the committed part of the keeper’s balance: the worst cost of every transaction that is
 * unmined, or was mined after the block of the balance, which does not show it yet.
 */
export function committedWei(live: readonly Transaction[], balanceBlock: bigint): bigint {
  return live
    .filter((t) => t.mined === null || t.mined.blockNumber > balanceBlock)
    .reduce((sum, t) => sum + worstCost(t), 0n)
}

export type KeeperRefusal = 'keeper-low' | 'lane-full'

/** Whether the keeper's lane accepts one more transaction with this worst cost. */
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

/** The level, by the balance less the worst cost of signed transactions. */
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
