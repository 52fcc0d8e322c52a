import { largerOf } from '../amount.ts'
import type { Transaction } from '../lanes/transaction.ts'

/**
 * What a transaction may cost its sender at worst: value + gas limit × max fee of its dearest
 * attempt + L1 fee (MONEY 7).
 */
export function worstCost({ attempts, l1FeeWei }: Transaction): bigint {
  return (
    l1FeeWei +
    attempts.reduce((most, it) => largerOf(most, it.valueWei + it.gasLimit * it.maxFeeWei), 0n)
  )
}

/**
 * MONEY 7: what is promised already: every transaction that is unmined, or was mined after the
 * block at which the balance was read, because that balance does not show it yet.
 */
export function committedWei(live: readonly Transaction[], balanceBlock: bigint): bigint {
  return live
    .filter((t) => t.mined === null || t.mined.blockNumber > balanceBlock)
    .reduce((sum, t) => sum + worstCost(t), 0n)
}

export type KeeperRefusal = 'keeper-low' | 'lane-full'

/** Whether the keeper's lane takes one more transaction that costs `costWei` at worst. */
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
