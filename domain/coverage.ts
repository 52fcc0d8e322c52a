import type { Deposit } from './deposit.ts'
import type { SweepOutcome } from './sweep.ts'

/**
 * MONEY 11: which deposits a final sweep covers: in chain order, while their sum fits what it moved; all, if nothing of
 * the asset is left. The others open the next sweep.
 * @param uncovered the wallet's uncovered deposits of the asset before the sweep's place, in chain order
 */
export function coveredBy(
  uncovered: readonly Deposit[],
  outcome: Pick<SweepOutcome, 'coverableAmount' | 'emptied'>,
): readonly Deposit[] {
  if (outcome.emptied) return uncovered
  let sum = 0n
  const firstThatDoesNotFit = uncovered.findIndex((deposit) => {
    sum += deposit.amount
    return sum > outcome.coverableAmount
  })
  return firstThatDoesNotFit === -1 ? uncovered : uncovered.slice(0, firstThatDoesNotFit)
}
