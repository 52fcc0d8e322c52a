import { largerOf } from '../amount.ts'
import type { BlockHeader } from '../chains/block.ts'
import type { Transaction } from './transaction.ts'

/**
 * Heights at which blocks certainly exist. Read them before the head, so that a block that arrives
 * in between does not make the head look stale.
 */
export interface KnownHeights {
  /** The scanner's cursor; null before its first block. */
  readonly scanned: bigint | null
  /** Block of the sweep's plan. @default none */
  readonly planned?: bigint | undefined
  /** Our transactions, of which some may be mined. @default none */
  readonly mined?: readonly Pick<Transaction, 'mined'>[]
}

/**
 * Returns why balances at this head prove nothing: the node lags or is stuck (bor #142), so the
 * head may miss a refill. undefined where the head is at or above all known heights.
 */
export function staleHead(
  { number }: Pick<BlockHeader, 'number'>,
  { scanned, planned, mined = [] }: KnownHeights,
): string | undefined {
  const newest = mined.reduce((most, { mined: at }) => largerOf(most, at?.blockNumber ?? -1n), -1n)
  const known: readonly (readonly [bigint, string])[] = [
    [scanned ?? -1n, 'which the scanner has read'],
    [planned ?? -1n, 'at which the sweep was planned'],
    [newest, 'which has a transaction of ours'],
  ]
  const [height, what] = known.reduce((a, b) => (b[0] > a[0] ? b : a))
  if (height <= number) return undefined
  return `the node is at block ${number}, behind block ${height}, ${what}`
}
