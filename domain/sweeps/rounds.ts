import type { Transaction } from '../lanes/transaction.ts'

export type RoundDecision =
  /** The current round, or the one that succeeded: nothing new is signed. */
  | { readonly kind: 'keep'; readonly transaction: Transaction }
  | { readonly kind: 'open'; readonly round: number }
  | { readonly kind: 'exhausted' }

/**
 * MONEY 2: a new round opens only when the last one is final and did not succeed, or when a gas
 * round succeeded and the balance, read at or after its receipt's block, is still short.
 * @param rounds all rounds of one step of one sweep, oldest first
 * @param shortAtBlock block at which the wallet was still short of gas; undefined when that was not
 * read
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
