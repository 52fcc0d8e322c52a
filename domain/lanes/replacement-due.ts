import { newestAttempt } from './replacement.ts'
import type { Attempt, Transaction } from './transaction.ts'

/** An attempt that offers this multiple of the market price gets no higher successor. */
const mostOverMarket = 4n

/** Position of a transaction in time and in its lane. */
export interface Turn {
  readonly headBlock: bigint
  /**
   * The sender's next nonce on the chain. A transaction above it waits for lower nonces, not for a
   * higher fee.
   */
  readonly chainNonce: bigint
}

export interface OverdueInput extends Turn {
  readonly transaction: Transaction
  readonly bumpAfterBlocks: number
  readonly marketWei: bigint
}

export interface DueInput extends OverdueInput {
  /** The node does not hold it and has just rejected it. */
  readonly refused: boolean
  /** It was rejected for a tip or a gas limit that another attempt may raise. @default false */
  readonly isCurable?: boolean
}

/**
 * Whether a live, unmined transaction gets another attempt. Three cases: its newest attempt has the
 * age, and its turn has come or the market price exceeds its fee; or the node rejects it, the
 * market price exceeds its fee, and a block has passed since the signature; or a cancel was
 * requested.
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
 * Whether another attempt is due although the newest one offers the market price: it was sent, has
 * the age, its turn has come, and no block takes it.
 */
export function isOverdue(input: OverdueInput): boolean {
  const newest = newestAttempt(input.transaction)
  return newest.lastSentAt !== null && isOld(newest, input) && needsMore(newest, input)
}

function isOld({ signedBlock }: Attempt, { headBlock, bumpAfterBlocks }: OverdueInput): boolean {
  return signedBlock === null || headBlock - signedBlock >= BigInt(bumpAfterBlocks)
}

/**
 * At four times the market price the fee is not the cause: a node that drops the transaction, or
 * has no peers, would consume all funded gas.
 */
function needsMore(
  { maxFeeWei }: Attempt,
  { transaction, chainNonce, marketWei }: OverdueInput,
): boolean {
  return transaction.nonce === chainNonce && maxFeeWei < marketWei * mostOverMarket
}
