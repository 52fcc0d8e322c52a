import { largerOf, smallerOf } from '../amount.ts'
import type { FeePlan, SignedFees } from '../chains/fees.ts'
import { isRefusedForGas } from './send-refusal.ts'
import type { Attempt, Transaction } from './transaction.ts'

/**
 * Fee of a replacement: 12.5 % higher, and by at least 1 wei. Nodes require 10 %; some require
 * more.
 */
export function raisedFee(feeWei: bigint): bigint {
  return feeWei + largerOf((feeWei + 7n) / 8n, 1n)
}

export type ReplacementPlan =
  | {
      readonly kind: 'sign'
      /** Lower than before for a native sweep; 0 for a cancel. */
      readonly valueWei: bigint
      readonly fees: SignedFees
    }
  /**
   * `above-ceiling`: of the chain. `past-cap`: what was funded (MONEY 8). `unpayable`: the sender's
   * balance.
   */
  | { readonly kind: 'above-ceiling' | 'past-cap' | 'unpayable' }

export interface ReplacementInput {
  readonly transaction: Transaction
  /** Lower than before for a cancel; higher for a payment where nodes rejected the last limit. */
  readonly gasLimit: bigint
  readonly market: FeePlan
  readonly ceilingWei: bigint
  /** The sender's balance, less the worst cost of its other transactions and the rollup's fee. */
  readonly spendableWei: bigint
}

/**
 * The next attempt of an unmined transaction: both fees at least 12.5 % higher, or raised to the
 * market, within the chain's ceiling, a token sweep's funded cap, and the sender's balance (MONEY
 * 7, 8). A native sweep pays for its bump itself: value + limit × fee keeps the sum that was signed
 * first (MONEY 9), or less where the balance is lower.
 */
export function planReplacement(input: ReplacementInput): ReplacementPlan {
  const { transaction, gasLimit, market, ceilingWei } = input
  const last = newestAttempt(transaction)
  const neededWei = largerOf(leastFee(transaction, gasLimit, last.maxFeeWei), market.marketWei)
  if (neededWei > ceilingWei) return { kind: 'above-ceiling' }
  const capWei = isTokenSend(transaction)
    ? smallerOf(fundedWei(transaction) / gasLimit, ceilingWei)
    : ceilingWei
  if (neededWei > capWei) return { kind: 'past-cap' }
  const budgetWei = feeBudget(input)
  if (budgetWei < neededWei * gasLimit) return { kind: 'unpayable' }
  const limitWei = smallerOf(capWei, budgetWei / gasLimit)
  const maxFeeWei = smallerOf(largerOf(neededWei, market.startWei), limitWei)
  // Also where the chain became a legacy chain: there both fees are one price.
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
 * MONEY 8: whether a payment's next attempt may have this gas limit. Nodes rejected the newest
 * attempt for its limit, so it cannot be mined, and the next may have more at the same fee.
 */
export function raisesGas(transaction: Transaction, gasLimit: bigint): boolean {
  const newest = newestAttempt(transaction)
  return transaction.cancelReason === null && gasLimit > newest.gasLimit && isRefusedForGas(newest)
}

/** No attempt's limit exceeds the first one's by more than this factor. */
export const mostGasRaise = 16n

/**
 * Least fee of the next attempt. A node's pool may hold the last one, unless every node rejected it
 * for its gas.
 */
export function leastFee(transaction: Transaction, gasLimit: bigint, lastWei: bigint): bigint {
  return raisesGas(transaction, gasLimit) ? lastWei : raisedFee(lastWei)
}

/** Funded gas of a token sweep: limit × cap (MONEY 8). */
export function fundedWei({ gasLimit, feeCapWei }: Transaction): bigint {
  return gasLimit * feeCapWei
}

export function newestAttempt({ key, attempts }: Pick<Transaction, 'key' | 'attempts'>): Attempt {
  const attempt = attempts.at(-1)
  if (!attempt) throw new Error(`transaction ${key} has no attempt: rows were changed by hand`)
  return attempt
}

export function isNativeSweep({ step, data }: Transaction): boolean {
  return step === 'sweep' && data === '0x'
}

/** Value plus fee of the first attempt, as signed. */
export function firstEnvelope({ attempts, gasLimit }: Transaction): bigint {
  const first = attempts[0]
  return first ? first.valueWei + gasLimit * first.maxFeeWei : 0n
}

/** A payment whose gas the keeper funded up to `feeCapWei`. A cancel is none. */
export function isTokenSend(transaction: Transaction): boolean {
  const { step, cancelReason } = transaction
  return step === 'sweep' && cancelReason === null && !isNativeSweep(transaction)
}

/** Most that the new attempt's gas may cost. */
function feeBudget({ transaction, spendableWei }: ReplacementInput): bigint {
  if (transaction.cancelReason !== null) return spendableWei
  // At least 1 wei goes to the cold wallet: the signer rejects a sweep of 0.
  if (isNativeSweep(transaction)) return smallerOf(firstEnvelope(transaction), spendableWei) - 1n
  return spendableWei - transaction.valueWei
}

function nextValue({ transaction, spendableWei }: ReplacementInput, feeWei: bigint): bigint {
  if (transaction.cancelReason !== null) return 0n
  if (!isNativeSweep(transaction)) return transaction.valueWei
  return smallerOf(firstEnvelope(transaction), spendableWei) - feeWei
}
