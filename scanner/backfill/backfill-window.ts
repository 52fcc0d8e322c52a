import { largerOf, smallerOf } from '../../domain/amount.ts'

export interface BackfillWindow {
  readonly from: bigint
  readonly to: bigint
}

/**
 * Blocks to read again for wallets that are new in the central table: the last `lateWalletBlocks`,
 * and all blocks since the last complete reading of the table, because wallets were unknown while
 * it was down. The window begins at `startHeight` or later. undefined if it is empty.
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
 * Blocks up to the cursor that were read without a token. `window` has the blocks among the last
 * `lateWalletBlocks`, and `older` has the earlier blocks from `startHeight` on. Each is undefined
 * if it is empty.
 */
export function tokenGap(options: {
  readonly startHeight: bigint
  readonly height: bigint
  /** Blocks up to here were read with the token. */
  readonly readTo: bigint
  readonly lateWalletBlocks: number
}): { readonly older: BackfillWindow | undefined; readonly window: BackfillWindow | undefined } {
  const { startHeight, height, readTo, lateWalletBlocks } = options
  const from = largerOf(startHeight, readTo + 1n)
  const byCount = largerOf(from, height - BigInt(lateWalletBlocks) + 1n)
  return {
    older: notEmpty({ from, to: smallerOf(byCount - 1n, height) }),
    window: notEmpty({ from: byCount, to: height }),
  }
}

function notEmpty(window: BackfillWindow): BackfillWindow | undefined {
  return window.from > window.to ? undefined : window
}
