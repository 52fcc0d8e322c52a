import type { CappedFee } from '../chains/caps.ts'
import type { Chain } from '../chains/chain.ts'
import {
  cappedFeeOf,
  firstEnvelope,
  fundedWei,
  isTokenSend,
  mostOrderedFee,
  sendsRest,
} from './replacement.ts'
import type { Transaction } from './transaction.ts'

/** Name of the limit that an order to sweep dust sets (MONEY 15). */
export const orderedBy = "the order's cost limit"

/**
 * Highest fee per gas of a transaction's next attempt, and the setting or the amount that limits
 * it.
 */
export interface FeeLimit {
  /** Wei per gas. */
  readonly wei: bigint
  readonly by: 'funded' | 'its own value' | typeof orderedBy | 'gas.maxFeeGwei' | CappedFee['by']
}

/**
 * Returns the fee limit of the next attempt (MONEY 8, 9, 15, 26). The sender’s balance may allow
 * less.
 */
export function feeLimit(
  { gas }: Pick<Chain, 'gas'>,
  transaction: Transaction,
  gasLimit: bigint,
): FeeLimit {
  const own = ownLimit(transaction, gasLimit)
  return lower(own, fixedLimit({ gas }, transaction, gasLimit))
}

/**
 * Returns the fee limit that more gas money cannot raise: the chain's ceiling, a cap (MONEY 26), or
 * the cost limit of an order to sweep dust (MONEY 15).
 */
export function fixedLimit(
  { gas }: Pick<Chain, 'gas'>,
  transaction: Transaction,
  gasLimit: bigint,
): FeeLimit {
  const ceiling: FeeLimit = { wei: gas.maxFeeWei, by: 'gas.maxFeeGwei' }
  const { l1FeeWei } = transaction
  const capped = cappedFeeOf(gas, transaction, { gasLimit, l1FeeWei })
  return lower(orderedLimit(transaction, gasLimit), lower(ceiling, capped))
}

/** The lower limit; the first where both are equal. */
function lower(first: FeeLimit | undefined, second: FeeLimit): FeeLimit {
  return first && first.wei <= second.wei ? first : second
}

function orderedLimit(transaction: Transaction, gasLimit: bigint): FeeLimit | undefined {
  const wei = mostOrderedFee(transaction, gasLimit)
  return wei === undefined ? undefined : { wei, by: orderedBy }
}

function ownLimit(transaction: Transaction, gasLimit: bigint): FeeLimit | undefined {
  if (isTokenSend(transaction)) return { wei: fundedWei(transaction) / gasLimit, by: 'funded' }
  if (transaction.cancelReason !== null || !sendsRest(transaction)) return undefined
  // The sweep must leave at least 1 wei for the cold wallet.
  return { wei: (firstEnvelope(transaction) - 1n) / gasLimit, by: 'its own value' }
}
