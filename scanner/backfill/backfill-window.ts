import { largerOf, smallerOf } from '../../domain/amount.ts'

/** A range of blocks to read again, both ends included. */
export interface BackfillWindow {
  readonly from: bigint
  readonly to: bigint
}

/**
 * Returns the blocks to read again for wallets that are new in the central table: the last
 * `lateWalletBlocks` blocks, and all blocks since the last complete reading of the table. The
 * second part matters after an outage of the central database, during which new wallets stayed
 * unknown. The window begins at `startHeight` or later. Returns undefined if the window is empty.
 */
export function walletWindow(options: {
  readonly startHeight: bigint
  /** Blocks up to here were read without the wallets. */
  readonly height: bigint
  readonly walletsHeight: bigint
  readonly lateWalletBlocks: number
}): BackfillWindow | undefined {
  const { startHeight, height, walletsHeight, lateWalletBlocks } = options
  const byCount = height - BigInt(lateWalletBlocks) + 1n
  const from = largerOf(startHeight, smallerOf(byCount, walletsHeight + 1n))
  return from > height ? undefined : { from, to: height }
}

/**
 * Returns the blocks up to the cursor that were read without a token. `window` has the blocks among
 * the last `lateWalletBlocks`, and `older` has the earlier blocks from `startHeight` on. Each is
 * undefined if it is empty. A backfill that a restart interrupted keeps its first block.
 * Otherwise each restart would move blocks to `older`, because new blocks come meanwhile.
 */
export function tokenGap(options: {
  readonly startHeight: bigint
  readonly height: bigint
  /** Blocks up to here were read with the token. */
  readonly readTo: bigint
  /** Last block of the backfill that was interrupted; null without one. */
  readonly backfillTo: bigint | null
  readonly lateWalletBlocks: number
}): { readonly older: BackfillWindow | undefined; readonly window: BackfillWindow | undefined } {
  const { startHeight, height, readTo, backfillTo, lateWalletBlocks } = options
  const from = largerOf(startHeight, readTo + 1n)
  const isInterrupted = backfillTo !== null && height - backfillTo <= BigInt(lateWalletBlocks)
  if (isInterrupted) return { older: undefined, window: notEmpty({ from, to: height }) }
  const byCount = largerOf(from, height - BigInt(lateWalletBlocks) + 1n)
  return {
    older: notEmpty({ from, to: smallerOf(byCount - 1n, height) }),
    window: notEmpty({ from: byCount, to: height }),
  }
}

function notEmpty(window: BackfillWindow): BackfillWindow | undefined {
  return window.from > window.to ? undefined : window
}
