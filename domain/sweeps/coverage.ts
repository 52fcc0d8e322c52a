import type { Deposit } from '../deposits/deposit.ts'
import type { SweepOutcome } from './sweep.ts'

/**
 * The values of a final sweep that decide which deposits it covers. Amounts in the smallest unit.
 */
export interface Coverable
  extends Pick<SweepOutcome, 'coverableAmount' | 'emptied' | 'blockNumber' | 'txHash'> {
  /**
   * Block of the signed balance, which is the balance that the sweep was signed for; null where
   * unknown.
   */
  readonly balanceBlock: bigint | null
  /**
   * Balance after the sweep's block, minus the deposits that came after the sweep in that block;
   * null where no node could report it.
   */
  readonly remaining: bigint | null
  /**
   * Sum of the deposits that an earlier commit of the same close has covered. A sweep that covers
   * very many deposits is closed in several commits. @default 0
   */
  readonly coveredAmount?: bigint
}

/** The values of an uncovered deposit that decide whether a sweep covers it. */
export type Candidate = Pick<Deposit, 'id' | 'txHash' | 'blockNumber' | 'amount'>

/**
 * MONEY 11: returns the deposits that a final sweep covers. Deposits are covered in chain order
 * while their sum is at most the amount that left the wallet, with these rules:
 *
 * - Deposits in the signed balance: if the sweep emptied the wallet, a deposit of which only a part
 *   left is covered too (the token shrinks balances, or somebody stole a part). A deposit of which
 *   nothing left is not covered.
 * - Deposits between the signed balance and the sweep: only if the sweep emptied the wallet.
 *   Otherwise these deposits are still in the wallet.
 * - Credits in the sweep's own transaction (interest that a token pays at a transfer): only if
 *   their amount is no longer in the wallet.
 *
 * A later sweep covers the other deposits.
 * @param uncovered uncovered deposits of the wallet and asset before the sweep's place in the
 * chain, in chain order
 */
export function coveredBy<D extends Candidate>(
  uncovered: readonly D[],
  sweep: Coverable,
): readonly D[] {
  const { coverableAmount, coveredAmount = 0n, emptied, txHash } = sweep
  const inSweep = (it: D) => it.txHash === txHash
  const before = uncovered.filter((deposit) => !inSweep(deposit))
  const covered = [...leadingCovered(before, sweep)]
  let sum = coveredAmount + sumOf(covered)
  const waiting = sumOf(before.slice(covered.length))
  let there = emptied || sweep.remaining === null ? 0n : sweep.remaining - waiting
  for (const credit of uncovered.filter(inSweep)) {
    if (credit.amount <= there) {
      there -= credit.amount
      continue
    }
    // A hostile token may log any amount here, so the covered sum never exceeds the amount that
    // left the wallet.
    if (sum + credit.amount > coverableAmount) continue
    sum += credit.amount
    covered.push(credit)
  }
  return covered
}

function leadingCovered<D extends Candidate>(before: readonly D[], sweep: Coverable): readonly D[] {
  const { coverableAmount, coveredAmount = 0n, emptied, blockNumber } = sweep
  // For an adopted sweep, the block of the signed balance is unknown. If that sweep emptied the
  // wallet, deposits in the sweep's own block count as newer than the signed balance.
  const signedAt = sweep.balanceBlock ?? (emptied ? blockNumber - 1n : blockNumber)
  let sum = coveredAmount
  const end = before.findIndex((deposit) => {
    const started = sum < coverableAmount
    sum += deposit.amount
    const fits = sum <= coverableAmount
    if (deposit.blockNumber > signedAt) return !(emptied && fits)
    return !(fits || (emptied && started))
  })
  return end === -1 ? before : before.slice(0, end)
}

export const sumOf = (some: readonly Pick<Deposit, 'amount'>[]): bigint =>
  some.reduce((sum, { amount }) => sum + amount, 0n)

/**
 * Returns whether the wallet really was empty after the sweep's block. Some nodes answer 0 for a
 * block whose state they have pruned. A balance of 0 is therefore believed only in two cases: the
 * balance at the head is also 0, or the sweep moved the whole signed balance and no deposit came
 * since.
 * @param cameSince whether deposits came between the signed balance and the end of the sweep's
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
