import { largerOf, smallerOf } from '../amount.ts'
import type { FeePlan, SignedFees } from '../chains/fees.ts'
import { isRefusedForGas } from './send-refusal.ts'
import type { Attempt, Transaction } from './transaction.ts'

/**
 * What a node asks of a replacement, with room for those that ask more than 10 %: 12.5 % higher,
 * and 1 wei at least.
 */
export function raisedFee(feeWei: bigint): bigint {
  return feeWei + largerOf((feeWei + 7n) / 8n, 1n)
}

export type ReplacementPlan =
  | {
      readonly kind: 'sign'
      /** A native sweep's is lower than before; a cancel's is 0. */
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
  /**
   * A cancel needs less than the transfer that it replaces; a payment more, where nodes refused the
   * last limit.
   */
  readonly gasLimit: bigint
  readonly market: FeePlan
  readonly ceilingWei: bigint
  /**
   * The sender's balance, less what its other transactions may cost and what a rollup takes beside
   * gas.
   */
  readonly spendableWei: bigint
}

/**
 * The next attempt of a transaction that no block takes: both fees at least 12.5 % up, or straight
 * to the market, never above the chain's ceiling, a token sweep's funded cap, or what the sender
 * can pay (MONEY 7, 8). A native sweep pays for its bump itself: value + limit × fee stays what was
 * signed first (MONEY 9), or less where less is there.
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
  // Also where the chain has become a legacy one: there both are one price.
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
 * MONEY 8: whether a payment's next attempt may have this gas limit. Nodes refused the newest one
 * for its limit, so it can't be mined as it is, and the next may have more at the same fee.
 */
export function raisesGas(transaction: Transaction, gasLimit: bigint): boolean {
  const newest = newestAttempt(transaction)
  return transaction.cancelReason === null && gasLimit > newest.gasLimit && isRefusedForGas(newest)
}

/** No attempt's limit is more than so many times the first one's. */
export const mostGasRaise = 16n

/**
 * The least fee of a next attempt: a node's pool may hold the last one, unless every node refused
 * it for its gas.
 */
export function leastFee(transaction: Transaction, gasLimit: bigint, lastWei: bigint): bigint {
  return raisesGas(transaction, gasLimit) ? lastWei : raisedFee(lastWei)
}

/** What a token sweep's gas may cost: limit × cap, as it was funded (MONEY 8). */
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

/** Value and fee together, as the first attempt was signed with them. */
export function firstEnvelope({ attempts, gasLimit }: Transaction): bigint {
  const first = attempts[0]
  return first ? first.valueWei + gasLimit * first.maxFeeWei : 0n
}

/** A payment whose gas the keeper funded up to `feeCapWei`; a cancel of it is none. */
export function isTokenSend(transaction: Transaction): boolean {
  const { step, cancelReason } = transaction
  return step === 'sweep' && cancelReason === null && !isNativeSweep(transaction)
}

/** What the new attempt's gas may cost in all. */
function feeBudget({ transaction, spendableWei }: ReplacementInput): bigint {
  if (transaction.cancelReason !== null) return spendableWei
  // 1 wei at least goes to the cold wallet: a sweep of nothing is refused.
  if (isNativeSweep(transaction)) return smallerOf(firstEnvelope(transaction), spendableWei) - 1n
  return spendableWei - transaction.valueWei
}

function nextValue({ transaction, spendableWei }: ReplacementInput, feeWei: bigint): bigint {
  if (transaction.cancelReason !== null) return 0n
  if (!isNativeSweep(transaction)) return transaction.valueWei
  return smallerOf(firstEnvelope(transaction), spendableWei) - feeWei
}

/** How many times the market's price an attempt may offer before no higher one follows. */
const mostOverMarket = 4n

/** Where a transaction stands in time and in its lane. */
export interface Turn {
  readonly headBlock: bigint
  /**
   * The sender's next nonce on the chain: what lies above it waits for the ones below, not for a
   * better fee.
   */
  readonly chainNonce: bigint
}

export interface OverdueInput extends Turn {
  readonly transaction: Transaction
  readonly bumpAfterBlocks: number
  readonly marketWei: bigint
}

export interface DueInput extends OverdueInput {
  /** The node does not hold it and has just refused it. */
  readonly refused: boolean
  /** It was refused for a tip or a gas limit that another attempt may raise. @default false */
  readonly isCurable?: boolean
}

/**
 * Whether a live transaction that is in no block is to be signed again: its newest attempt is so
 * many blocks old and its turn has come or the market has left it behind; or the node refuses it
 * and the market has left it behind, a block after it was signed; or a cancel of it was asked for.
 */
export function isReplacementDue(input: DueInput): boolean {
  const { transaction, headBlock, marketWei } = input
  const newest = newestAttempt(transaction)
  if (transaction.cancelReason !== null && newest.kind === 'send') return true
  if (newest.lastSentAt === null) return false
  const outbid = newest.maxFeeWei < marketWei
  const blocks = newest.signedBlock === null ? undefined : headBlock - newest.signedBlock
  if (input.refused && (outbid || input.isCurable)) return blocks === undefined || blocks > 0n
  return isOld(newest, input) && (outbid || needsMore(newest, input))
}

/**
 * Whether another attempt is due though the newest one offers the market's price: a pool has held
 * it for so many blocks, its turn has come, and no block takes it. Never for one that was not sent
 * yet.
 */
export function isOverdue(input: OverdueInput): boolean {
  const newest = newestAttempt(input.transaction)
  return newest.lastSentAt !== null && isOld(newest, input) && needsMore(newest, input)
}

function isOld({ signedBlock }: Attempt, { headBlock, bumpAfterBlocks }: OverdueInput): boolean {
  return signedBlock === null || headBlock - signedBlock >= BigInt(bumpAfterBlocks)
}

/**
 * Where four times the market is not enough it is not for the fee: a node that drops it, or has no
 * peers, would take all that was funded.
 */
function needsMore(
  { maxFeeWei }: Attempt,
  { transaction, chainNonce, marketWei }: OverdueInput,
): boolean {
  return transaction.nonce === chainNonce && maxFeeWei < marketWei * mostOverMarket
}
