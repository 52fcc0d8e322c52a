import { largerOf, smallerOf } from '../../domain/amount.ts'

export interface LateWindow {
  readonly from: bigint
  readonly to: bigint
}

/**
 * Which blocks are read again for wallets that the central table shows for the first time: the last
 * `lateWalletBlocks`, and all since the table was last read whole, because while it was away nobody
 * could have known them. Never below the start. undefined when there is nothing to read.
 */
export function lateWindow(options: {
  readonly startHeight: bigint
  /** Up to here blocks were read without them. */
  readonly height: bigint
  readonly walletsHeight: bigint
  readonly lateWalletBlocks: number
}): LateWindow | undefined {
  const { startHeight, height, walletsHeight, lateWalletBlocks } = options
  const byCount = height - BigInt(lateWalletBlocks) + 1n
  const from = largerOf(startHeight, smallerOf(byCount, walletsHeight + 1n))
  return from > height ? undefined : { from, to: height }
}
