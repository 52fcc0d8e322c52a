import { largerOf, smallerOf } from '../../domain/amount.ts'
import type { LateWindow } from './backfill-window.ts'

/**
 * The blocks up to the cursor in which nobody has looked for a token: `window`, among the last
 * `lateWalletBlocks`, and `older`. Never below the start; each undefined where it is empty.
 */
export function tokenGap(options: {
  readonly startHeight: bigint
  readonly height: bigint
  /** Up to here blocks were read with it. */
  readonly readTo: bigint
  readonly lateWalletBlocks: number
}): { readonly older: LateWindow | undefined; readonly window: LateWindow | undefined } {
  const { startHeight, height, readTo, lateWalletBlocks } = options
  const from = largerOf(startHeight, readTo + 1n)
  const byCount = largerOf(from, height - BigInt(lateWalletBlocks) + 1n)
  return {
    older: notEmpty({ from, to: smallerOf(byCount - 1n, height) }),
    window: notEmpty({ from: byCount, to: height }),
  }
}

function notEmpty(window: LateWindow): LateWindow | undefined {
  return window.from > window.to ? undefined : window
}
