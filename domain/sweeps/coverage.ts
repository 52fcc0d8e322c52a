import type { Deposit } from '../deposits/deposit.ts'
import type { SweepOutcome } from './sweep.ts'

export interface Coverable
  extends Pick<SweepOutcome, 'coverableAmount' | 'emptied' | 'blockNumber' | 'txHash'> {
  /** Block of the balance that was signed; null where it is not known. */
  readonly balanceBlock: bigint | null
  /**
   * What the sweep's block left in the wallet, less the deposits that came after the sweep in that
   * block; null where no node could tell.
   */
  readonly remaining: bigint | null
}

/**
 * MONEY 11: the deposits that a final sweep covers, in chain order, while their sum fits what left
 * the wallet.
 *
 * - Deposits of the signed balance: while they fit. An emptied wallet has nothing of them left, so
 *   that one of which only a part was there (a token that shrinks, a theft) is covered too; one of
 *   which nothing left is not.
 * - Deposits between the signed balance and the sweep are in the wallet still, unless it was
 *   emptied: then while they fit.
 * - Credits of the sweep's own transaction (interest paid at transfer time): while they fit, and
 *   unless their amount is in the wallet still.
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
    // Any amount may be logged there by a hostile token: no more than what left.
    if (sum + credit.amount > coverableAmount) continue
    sum += credit.amount
    covered.push(credit)
  }
  return covered
}

function leadingCovered(before: readonly Deposit[], sweep: Coverable): readonly Deposit[] {
  const { coverableAmount, emptied, blockNumber } = sweep
  // Of an adopted sweep the signed balance is unknown: deposits of its own block may have come
  // after that.
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
