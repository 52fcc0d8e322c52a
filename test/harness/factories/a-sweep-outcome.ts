import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { aHash } from './a-transaction.ts'

/** Returns the outcome of a sweep in block 50 that moved this amount and left the rest unread. */
export function aSweepOutcome(moved: bigint, more: Partial<SweepOutcome> = {}): SweepOutcome {
  return {
    txHash: aHash(),
    blockNumber: 50n,
    txIndex: 2,
    leftAmount: moved,
    arrivedAmount: moved,
    coverableAmount: moved,
    emptied: false,
    remainingAmount: null,
    logOrder: 0,
    creditsBefore: 0,
    gasSpentWei: 7n,
    ...more,
  }
}
