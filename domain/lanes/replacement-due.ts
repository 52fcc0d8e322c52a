import { newestAttempt } from './replacement.ts'
import type { Attempt, Transaction } from './transaction.ts'

/** An attempt that offers this multiple of the market price is not bumped. */
const mostOverMarket = 4n

/** Position of a transaction in time and in its lane. */
export interface Turn {
  readonly headBlock: bigint
  /**
   * The sender's next nonce on the chain. A transaction with a higher nonce waits for lower nonces,
   * so a higher fee does not help it.
   */
  readonly chainNonce: bigint
}

/** A transaction, its place in time and in its lane, and the market price. */
export interface OverdueInput extends Turn {
  readonly transaction: Transaction
  readonly bumpAfterBlocks: number
  readonly marketWei: bigint
}

export interface DueInput extends OverdueInput {
  /** Whether the node does not hold the newest attempt and has just rejected it. */
  readonly refused: boolean
  /**
   * Whether the rejection is about a tip or a gas limit that another attempt may raise. @default
   * false
   */
  readonly isCurable?: boolean
}

/**
 * Returns whether an unmined transaction gets another attempt. There are three cases:
 * - A cancel was requested.
 * - The newest attempt is `bumpAfterBlocks` old. Its fee is below the market price, or its nonce is
 *   the next one and its fee is below `mostOverMarket` times the market price.
 * - A node has just rejected the newest attempt, and a block has passed since the signature. Its
 *   fee is below the market price, or another attempt may cure the rejection.
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
 * Returns whether another attempt is due although the newest attempt offers the market price. The
 * newest attempt was sent, is `bumpAfterBlocks` old, and is still unmined although its nonce is the
 * next one.
 */
export function isOverdue(input: OverdueInput): boolean {
  const newest = newestAttempt(input.transaction)
  return newest.lastSentAt !== null && isOld(newest, input) && needsMore(newest, input)
}

function isOld({ signedBlock }: Attempt, { headBlock, bumpAfterBlocks }: OverdueInput): boolean {
  return signedBlock === null || headBlock - signedBlock >= BigInt(bumpAfterBlocks)
}

/**
 * Returns whether a higher fee may help. At four times the market price the fee is not the cause.
 * More bumps would only use up the funded gas, for example at a node that drops the transaction or
 * has no peers.
 */
function needsMore(
  { maxFeeWei }: Attempt,
  { transaction, chainNonce, marketWei }: OverdueInput,
): boolean {
  return transaction.nonce === chainNonce && maxFeeWei < marketWei * mostOverMarket
}
