import type { SweepOutcome } from './sweep.ts'

/**
 * Whether a sweep's block left nothing in the wallet. A node answers 0 for a block whose state it
 * has pruned, so that 0 is believed only where the head says 0 too, or where it is what the sweep
 * must have left: all of the signed balance moved, and nothing came since.
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
