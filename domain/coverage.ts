import type { Deposit } from './deposit.ts'
import type { SweepOutcome } from './sweep.ts'

export interface Coverable extends Pick<SweepOutcome, 'coverableAmount' | 'emptied'> {
  /** Block of the balance that was signed; null where it is not known. */
  readonly balanceBlock: bigint | null
}

/**
 * MONEY 11: which deposits a final sweep covers: in chain order, while their sum fits what it moved; all, if nothing of
 * the asset is left. Where something is left, only what the signed balance held: a deposit that came between signing and
 * mining lies in the wallet still, though leftover keeper coin may make its sum fit. The others open the next sweep.
 * @param uncovered the wallet's uncovered deposits of the asset before the sweep's place, in chain order
 */
export function coveredBy(
  uncovered: readonly Deposit[],
  { coverableAmount, emptied, balanceBlock }: Coverable,
): readonly Deposit[] {
  if (emptied) return uncovered
  let sum = 0n
  const firstThatStays = uncovered.findIndex((deposit) => {
    sum += deposit.amount
    const isLate = balanceBlock !== null && deposit.blockNumber > balanceBlock
    return isLate || sum > coverableAmount
  })
  return firstThatStays === -1 ? uncovered : uncovered.slice(0, firstThatStays)
}
