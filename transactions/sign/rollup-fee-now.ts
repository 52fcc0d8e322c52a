import { largerOf } from '../../domain/amount.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'

/**
 * What a rollup takes for a signed transaction beside its gas, asked again: the L1's prices move
 * while it waits, and a node refuses what its sender can't pay by today's. Never less than it was
 * signed with, in wei; 0n on a chain without such a fee.
 */
export async function rollupFeeNow(
  state: Pick<ChainState, 'rollupFee'>,
  transaction: Transaction,
): Promise<bigint> {
  const { to, valueWei, data, l1FeeWei } = transaction
  const { maxFeeWei, gasLimit } = newestAttempt(transaction)
  return largerOf(l1FeeWei, await state.rollupFee({ to, valueWei, data, gasLimit, maxFeeWei }))
}
