import { smallerOf } from '../amount.ts'
import type { Chain } from '../chains/chain.ts'
import { firstEnvelope, fundedWei, isNativeSweep, isTokenSend } from './replacement.ts'
import type { Transaction } from './transaction.ts'

/**
 * Highest fee per gas of a transaction's next attempt, and the setting or the amount that limits
 * it.
 */
export interface FeeLimit {
  /** Wei per gas. */
  readonly wei: bigint
  readonly by: 'funded' | 'its own value' | 'gas.maxFeeGwei'
}

/** Fee limit of the next attempt (MONEY 8, 9). The sender’s balance may allow less. */
export function feeLimit(
  { gas }: Pick<Chain, 'gas'>,
  transaction: Transaction,
  gasLimit: bigint,
): FeeLimit {
  const ceiling: FeeLimit = { wei: gas.maxFeeWei, by: 'gas.maxFeeGwei' }
  const own = ownLimit(transaction, gasLimit)
  return own && own.wei === smallerOf(own.wei, ceiling.wei) ? own : ceiling
}

function ownLimit(transaction: Transaction, gasLimit: bigint): FeeLimit | undefined {
  if (isTokenSend(transaction)) return { wei: fundedWei(transaction) / gasLimit, by: 'funded' }
  if (transaction.cancelReason !== null || !isNativeSweep(transaction)) return undefined
  // At least 1 wei goes to the cold wallet.
  return { wei: (firstEnvelope(transaction) - 1n) / gasLimit, by: 'its own value' }
}
