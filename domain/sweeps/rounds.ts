import type { Transaction } from '../lanes/transaction.ts'

/** Answer of `decideRound`. */
export type RoundDecision =
  /** The last round is still live or has succeeded. No new transaction is signed. */
  | { readonly kind: 'keep'; readonly transaction: Transaction }
  /** A new round with this number may be signed. */
  | { readonly kind: 'open'; readonly round: number }
  /** A new round would be needed, but `maxRounds` is reached. */
  | { readonly kind: 'exhausted' }

/**
 * MONEY 2: decides whether a step of a sweep may sign another round. After the first round, a new
 * round opens only in two cases: the last round is final and did not succeed, or a gas round
 * succeeded and the wallet's balance at or after the block of its receipt is still too low.
 * @param rounds all rounds of one step of one sweep, oldest first
 * @param shortAtBlock block at which the wallet's balance was too low for the gas; undefined where
 * the balance was enough or was not read
 */
export function decideRound(
  rounds: readonly Transaction[],
  maxRounds: number,
  shortAtBlock?: bigint,
): RoundDecision {
  const last = rounds.at(-1)
  if (!last) return { kind: 'open', round: 1 }
  if (last.state === 'live') return { kind: 'keep', transaction: last }
  if (last.state === 'succeeded') {
    const judgedAfterReceipt =
      last.step === 'gas' &&
      shortAtBlock !== undefined &&
      last.mined !== null &&
      shortAtBlock >= last.mined.blockNumber
    if (!judgedAfterReceipt) return { kind: 'keep', transaction: last }
  }
  return last.round >= maxRounds ? { kind: 'exhausted' } : { kind: 'open', round: last.round + 1 }
}
