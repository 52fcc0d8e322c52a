import type { Transaction } from './transaction.ts'

/** What a transaction may cost its sender at worst: value + gas limit × highest signed fee + L1 fee (MONEY 7). */
export function worstCost(transaction: Transaction): bigint {
  let highestFee = 0n
  for (const attempt of transaction.attempts) {
    if (attempt.maxFeeWei > highestFee) highestFee = attempt.maxFeeWei
  }
  return transaction.valueWei + transaction.gasLimit * highestFee + transaction.l1FeeWei
}

/**
 * MONEY 7: what is promised already: every transaction that is unmined, or was mined after the block at which the
 * balance was read, because that balance does not show it yet.
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
