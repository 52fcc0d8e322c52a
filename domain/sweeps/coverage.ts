import type { Deposit } from '../deposits/deposit.ts'
import type { SweepOutcome } from './sweep.ts'

export interface Coverable
  extends Pick<SweepOutcome, 'coverableAmount' | 'emptied' | 'blockNumber' | 'txHash'> {
  /** Block of the signed balance; null where unknown. */
  readonly balanceBlock: bigint | null
  /**
   * Balance after the sweep's block, less the deposits that came after the sweep in that block;
   * null where no node could tell.
   */
  readonly remaining: bigint | null
}

/**
 * MONEY 11: deposits that a final sweep covers, in chain order, while their sum fits the amount
 * that left the wallet.
 *
 * - Deposits of the signed balance: while they fit. An emptied wallet holds nothing of them, so a
 *   deposit that left only in part (a token that shrinks, a theft) is covered too; a deposit of
 *   which nothing left is not.
 * - Deposits between the signed balance and the sweep are still in the wallet, unless it was
 *   emptied: then while they fit.
 * - Credits of the sweep's own transaction (interest paid at transfer time): while they fit, and
 *   unless their amount is still in the wallet.
 *
 * The other deposits open the next sweep.
 * @param uncovered the wallet's uncovered deposits of the asset before the sweep's place, in chain
 * order
 */
export function coveredBy(uncovered: readonly Deposit[], sweep: Coverable): readonly Deposit[] {
  const { coverableAmount, emptied, txHash } = sweep
  const inSweep = (it: Deposit) => it.txHash === txHash
  const before = uncovered.filter((deposit) => !inSweep(deposit))
  const covered = [...leadingCovered(before, sweep)]
  let sum = sumOf(covered)
  const waiting = sumOf(before.slice(covered.length))
  let there = emptied || sweep.remaining === null ? 0n : sweep.remaining - waiting
  for (const credit of uncovered.filter(inSweep)) {
    if (credit.amount <= there) {
      there -= credit.amount
      continue
    }
    // A hostile token may log any amount here: cover no more than what left the wallet.
    if (sum + credit.amount > coverableAmount) continue
    sum += credit.amount
    covered.push(credit)
  }
  return covered
}

function leadingCovered(before: readonly Deposit[], sweep: Coverable): readonly Deposit[] {
  const { coverableAmount, emptied, blockNumber } = sweep
  // The signed balance of an adopted sweep is unknown: deposits of its own block may be newer.
  const signedAt = sweep.balanceBlock ?? (emptied ? blockNumber - 1n : blockNumber)
  let sum = 0n
  const end = before.findIndex((deposit) => {
    const started = sum < coverableAmount
    sum += deposit.amount
    const fits = sum <= coverableAmount
    if (deposit.blockNumber > signedAt) return !(emptied && fits)
    return !(fits || (emptied && started))
  })
  return end === -1 ? before : before.slice(0, end)
}

const sumOf = (some: readonly Deposit[]): bigint =>
  some.reduce((sum, { amount }) => sum + amount, 0n)

/**
 * Whether a sweep's block left nothing in the wallet. A node answers 0 for a block whose state it
 * has pruned. That 0 counts only if the head also says 0, or if the sweep must have left 0: it
 * moved the whole signed balance, and no deposit came since.
 * @param cameSince whether deposits came after the signed balance, up to the end of the sweep's
 * block
 */
export function isBelievedEmpty(
  {
    emptied,
    remainingAmount,
    coverableAmount,
    leftAmount,
  }: Pick<SweepOutcome, 'emptied' | 'remainingAmount' | 'coverableAmount' | 'leftAmount'>,
  cameSince: boolean,
): boolean {
  if (!emptied) return false
  return remainingAmount === 0n || (coverableAmount === leftAmount && !cameSince)
}
