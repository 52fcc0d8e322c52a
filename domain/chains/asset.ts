import type { Address } from '../address.ts'
import type { Tolerance } from './tolerance.ts'

/**
 * What a row's `asset` column holds: the chain's own coin, or the token contract's lower-case
 * address.
 */
export type AssetId = 'native' | Address

/**
 * An asset that a chain lists. `min` is in the smallest unit and is compared with a wallet's
 * balance (MONEY 15).
 */
export interface ListedAsset {
  readonly id: AssetId
  readonly symbol: string
  readonly decimals: number
  readonly min: bigint
  /**
   * A deposit of so much or more is held until somebody approves it (MONEY 16). @default none is
   */
  readonly approveAbove?: bigint
  /** What a credit of the token may lack. @default `defaultTolerance` of its decimals */
  readonly tolerance?: Tolerance
}
