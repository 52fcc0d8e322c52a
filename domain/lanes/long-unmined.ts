import { roughly } from '../amount.ts'
import type { Chain } from '../chains/chain.ts'
import { type FeeQuote, marketFee } from '../chains/fees.ts'
import { feeLimit } from './fee-limit.ts'
import { newestAttempt, type Turn } from './replacement.ts'
import { inGwei } from './send-refusal.ts'
import type { Transaction } from './transaction.ts'

/**
 * Blocks since it was first signed, or since a reorg took it out; undefined where a block has it or
 * its age is unknown.
 */
export function blocksUnmined(
  { mined, attempts }: Pick<Transaction, 'mined' | 'attempts'>,
  headBlock: bigint,
): bigint | undefined {
  const since = attempts.find(({ signedBlock }) => signedBlock !== null)?.signedBlock
  return mined || since === null || since === undefined ? undefined : headBlock - since
}

/** Whether no block has taken it for as long as a bump takes to become due. */
export function isLongUnmined(
  { gas }: Pick<Chain, 'gas'>,
  transaction: Pick<Transaction, 'mined' | 'attempts'>,
  headBlock: bigint,
): boolean {
  const blocks = blocksUnmined(transaction, headBlock)
  return blocks !== undefined && blocks >= BigInt(gas.bumpAfterBlocks)
}

/**
 * MONEY 17: the age and the fees of a transaction that no block takes, for its row; empty where it
 * is young, or its nonce is used. It changes with each block; rows write `lastRunAt` at each poll
 * anyhow.
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
    transaction.nonce > chainNonce ? `; nonce ${chainNonce} of its sender goes first` : ''
  return (
    `in no block for ${blocksUnmined(transaction, headBlock)} blocks: ${inGwei(maxFeeWei)} per gas are signed, ` +
    `the market asks ${inGwei(roughly(marketWei))}, the cap is ${inGwei(limit.wei)} (${limit.by})${ahead}`
  )
}

/** Details in one, those left out that say nothing. */
export function joinDetails(...details: readonly (string | undefined)[]): string {
  return details.filter((detail) => detail !== undefined && detail !== '').join('; ')
}
