import { largerOf, smallerOf } from '../amount.ts'
import { type CappedFee, type CostCaps, mostCappedFee } from '../chains/caps.ts'
import { type FeePlan, type SignedFees, withL1Margin } from '../chains/fees.ts'
import { isRefusedForGas } from './send-refusal.ts'
import type { Attempt, Transaction } from './transaction.ts'

/**
 * Returns the fee of a replacement: higher by 12.5 %, and by at least 1 wei. Most nodes require an
 * increase of 10 %, and some require more.
 */
export function raisedFee(feeWei: bigint): bigint {
  return feeWei + largerOf((feeWei + 7n) / 8n, 1n)
}

export type ReplacementPlan =
  | {
      readonly kind: 'sign'
      /** For a native sweep, lower than in the last attempt; for a cancel, 0. */
      readonly valueWei: bigint
      readonly fees: SignedFees
    }
  /**
   * The needed fee exceeds the chain's ceiling (`above-ceiling`), the funded gas, an order's limit
   * or a cap (`past-cap`, MONEY 8, 15, 26), or the sender's balance (`unpayable`).
   */
  | { readonly kind: 'above-ceiling' | 'past-cap' | 'unpayable' }

export interface ReplacementInput {
  readonly transaction: Transaction
  /**
   * Gas limit of the next attempt. A cancel has a lower limit than the last attempt. A payment has
   * a higher limit if nodes rejected the last one.
   */
  readonly gasLimit: bigint
  readonly market: FeePlan
  readonly ceilingWei: bigint
  readonly caps: CostCaps
  /** L1 fee of the next attempt; 0 on an L1. */
  readonly l1FeeWei: bigint
  /** The sender's balance minus the rollup's fee and the worst cost of its other transactions. */
  readonly spendableWei: bigint
}

/**
 * Plans the next attempt of an unmined transaction. Both fees rise by at least 12.5 %, and at least
 * to the market price. They stay within the chain's ceiling, the funded cap of a token sweep, and
 * the sender's balance (MONEY 7, 8). A native sweep pays for its bump from its own value: value +
 * limit × fee stays the sum that was signed first (MONEY 9), or falls to the balance where the
 * balance is lower.
 */
export function planReplacement(input: ReplacementInput): ReplacementPlan {
  const { transaction, gasLimit, market, ceilingWei } = input
  const last = newestAttempt(transaction)
  const neededWei = largerOf(leastFee(transaction, gasLimit, last.maxFeeWei), market.marketWei)
  if (neededWei > ceilingWei) return { kind: 'above-ceiling' }
  const fundedFee = isTokenSend(transaction) ? fundedWei(transaction) / gasLimit : ceilingWei
  const orderedFee = mostOrderedFee(transaction, gasLimit) ?? ceilingWei
  const cappedFee = cappedFeeOf(input.caps, transaction, input).wei
  const capWei = [fundedFee, orderedFee, cappedFee].reduce(smallerOf, ceilingWei)
  if (neededWei > capWei) return { kind: 'past-cap' }
  const budgetWei = feeBudget(input)
  if (budgetWei < neededWei * gasLimit) return { kind: 'unpayable' }
  const limitWei = smallerOf(capWei, budgetWei / gasLimit)
  const maxFeeWei = smallerOf(largerOf(neededWei, market.startWei), limitWei)
  // Also true if the chain has become a legacy chain since the last attempt. On a legacy chain both
  // fees are the gas price.
  const tipsAll =
    last.maxPriorityFeeWei === last.maxFeeWei || market.priorityFeeWei === market.startWei
  const tipWei = largerOf(
    leastFee(transaction, gasLimit, last.maxPriorityFeeWei),
    market.priorityFeeWei,
  )
  return {
    kind: 'sign',
    valueWei: nextValue(input, gasLimit * maxFeeWei),
    fees: {
      gasLimit,
      maxFeeWei,
      maxPriorityFeeWei: tipsAll ? maxFeeWei : smallerOf(tipWei, maxFeeWei),
    },
  }
}

/**
 * MONEY 8: returns whether the next attempt of a payment raises the gas limit. It may do so if
 * nodes rejected the newest attempt for its limit. Such an attempt cannot be mined, so the next
 * attempt may keep the same fee.
 */
export function raisesGas(transaction: Transaction, gasLimit: bigint): boolean {
  const newest = newestAttempt(transaction)
  return transaction.cancelReason === null && gasLimit > newest.gasLimit && isRefusedForGas(newest)
}

/** Highest allowed gas limit of an attempt, as a multiple of the first attempt's limit. */
export const mostGasRaise = 16n

/**
 * Returns the lowest fee of the next attempt, in wei per gas. The fee has to rise, because a node's
 * pool may hold the last attempt. It may stay equal where nodes rejected the last attempt for its
 * gas limit.
 */
export function leastFee(transaction: Transaction, gasLimit: bigint, lastWei: bigint): bigint {
  return raisesGas(transaction, gasLimit) ? lastWei : raisedFee(lastWei)
}

/** Returns the gas money that was funded for a token sweep, in wei: limit × cap (MONEY 8). */
export function fundedWei({ gasLimit, feeCapWei }: Transaction): bigint {
  return gasLimit * feeCapWei
}

/**
 * MONEY 15: returns the highest fee per gas, in wei, within the cost limit that an order to sweep
 * dust set. undefined without a limit, and for a cancel.
 */
export function mostOrderedFee(
  { costLimitWei, cancelReason, l1FeeWei }: Transaction,
  gasLimit: bigint,
): bigint | undefined {
  if (costLimitWei === null || cancelReason !== null) return undefined
  return largerOf(0n, costLimitWei - withL1Margin(l1FeeWei)) / gasLimit
}

/**
 * MONEY 26: returns the highest fee per gas of the next attempt within the operator's caps. For a
 * native sweep, the share of its value counts too.
 * @param next `spendableWei` is given where the sender's balance was read
 */
export function cappedFeeOf(
  caps: CostCaps,
  transaction: Transaction,
  next: { readonly gasLimit: bigint; readonly l1FeeWei: bigint; readonly spendableWei?: bigint },
): CappedFee {
  const { step, cancelReason } = transaction
  const isNativeSweep = step === 'sweep' && cancelReason === null && sendsRest(transaction)
  const signedWei = firstEnvelope(transaction)
  const restWei = isNativeSweep ? smallerOf(signedWei, next.spendableWei ?? signedWei) : undefined
  return mostCappedFee(caps, next, restWei)
}

/** Returns the attempt that was signed last. Throws if the transaction has none. */
export function newestAttempt({ key, attempts }: Pick<Transaction, 'key' | 'attempts'>): Attempt {
  const attempt = attempts.at(-1)
  if (!attempt) throw new Error(`transaction ${key} has no attempt: rows were changed by hand`)
  return attempt
}

/**
 * Whether the transaction sends its sender's whole native balance, less its fee: a native sweep, or
 * the drain of a retired keeper. Its bump lowers the value (MONEY 9).
 */
export function sendsRest({ step, data }: Transaction): boolean {
  return step === 'drain' || (step === 'sweep' && data === '0x')
}

/** Returns the value plus the highest fee of the first attempt, in wei. */
export function firstEnvelope({ attempts, gasLimit }: Transaction): bigint {
  const first = attempts[0]
  return first ? first.valueWei + gasLimit * first.maxFeeWei : 0n
}

/**
 * Returns whether the transaction is a token sweep without a requested cancel. Its gas is funded up
 * to `feeCapWei`.
 */
export function isTokenSend(transaction: Transaction): boolean {
  const { step, cancelReason } = transaction
  return step === 'sweep' && cancelReason === null && !sendsRest(transaction)
}

/** Returns the highest amount that the gas of the new attempt may cost, in wei. */
function feeBudget({ transaction, spendableWei }: ReplacementInput): bigint {
  if (transaction.cancelReason !== null) return spendableWei
  // At least 1 wei must go to the cold wallet, because the signer rejects a sweep of 0.
  if (sendsRest(transaction)) return smallerOf(firstEnvelope(transaction), spendableWei) - 1n
  return spendableWei - transaction.valueWei
}

function nextValue({ transaction, spendableWei }: ReplacementInput, feeWei: bigint): bigint {
  if (transaction.cancelReason !== null) return 0n
  if (!sendsRest(transaction)) return transaction.valueWei
  return smallerOf(firstEnvelope(transaction), spendableWei) - feeWei
}
