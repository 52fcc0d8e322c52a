import type { ScanCursor } from '../../../domain/scan/scan-store.ts'
import { hash } from './a-block.ts'

/** Returns a scanner's cursor at a height. By default the block at that height is final. */
export function aCursor(height: bigint, finalHeight: bigint | null = height): ScanCursor {
  const [startHeight, walletSeq, walletsHeight] = [0n, 0n, height]
  return { startHeight, height, hash: hash(1), finalHeight, walletSeq, walletsHeight }
}
