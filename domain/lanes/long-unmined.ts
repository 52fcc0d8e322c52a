import { inGwei, roughly } from '../amount.ts'
import type { Chain } from '../chains/chain.ts'
import { type FeeQuote, marketFee } from '../chains/fees.ts'
import { feeLimit } from './fee-limit.ts'
import { newestAttempt } from './replacement.ts'
import type { Turn } from './replacement-due.ts'
import type { Transaction } from './transaction.ts'

/**
 * Returns the number of blocks since the first signature, or since a reorg last removed the
 * transaction from its block. undefined where the transaction is mined or its age is unknown.
 */
export function blocksUnmined(
  { mined, attempts }: Pick<Transaction, 'mined' | 'attempts'>,
  headBlock: bigint,
): bigint | undefined {
  const since = attempts.find(({ signedBlock }) => signedBlock !== null)?.signedBlock
  return mined || since === null || since === undefined ? undefined : headBlock - since
}

/** Returns whether the transaction has been unmined for `bumpAfterBlocks` or longer. */
export function isLongUnmined(
  { gas }: Pick<Chain, 'gas'>,
  transaction: Pick<Transaction, 'mined' | 'attempts'>,
  headBlock: bigint,
): boolean {
  const blocks = blocksUnmined(transaction, headBlock)
  return blocks !== undefined && blocks >= BigInt(gas.bumpAfterBlocks)
}

/**
 * MONEY 17: describes age and fees of a long unmined transaction, as a detail for the deposit's
 * row. Empty while the transaction is young, and once its nonce is used. The text changes with each
 * block. This costs no extra write, because the row is written at each poll anyway.
 */
export function describeLongUnmined(
  chain: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
  transaction: Transaction,
  { headBlock, chainNonce }: Turn,
): string {
  if (!isLongUnmined(chain, transaction, headBlock) || transaction.nonce < chainNonce) return ''
  const { maxFeeWei, gasLimit } = newestAttempt(transaction)
  const marketWei = marketFee(quote, chain.feeMode, chain.gas)
  const limit = feeLimit(chain, transaction, gasLimit)
  const ahead =
    transaction.nonce > chainNonce ? `; nonce ${chainNonce} of its sender is not mined yet` : ''
  return (
    `unmined for ${blocksUnmined(transaction, headBlock)} blocks: ${inGwei(maxFeeWei)} per gas are signed, ` +
    `the market price is ${inGwei(roughly(marketWei))}, the cap is ${inGwei(limit.wei)} (${limit.by})${ahead}`
  )
}

/** Joins the details that are neither undefined nor empty. */
export function joinDetails(...details: readonly (string | undefined)[]): string {
  return details.filter((detail) => detail !== undefined && detail !== '').join('; ')
}
