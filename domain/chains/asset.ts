import type { Address } from '../address.ts'

/**
 * Value of the column `asset`: the native coin, or the lower-case address of the token contract.
 */
export type AssetId = 'native' | Address

/**
 * An asset that a chain lists. `min` is in the smallest unit and is compared with the wallet's
 * balance (MONEY 15).
 */
export interface ListedAsset {
  readonly id: AssetId
  readonly symbol: string
  readonly decimals: number
  readonly min: bigint
  /**
   * Deposits of this amount or more are held until an operator approves them (MONEY 16). @default
   * no hold
   */
  readonly approveAbove?: bigint
  /** How much of a credit the token may fall short. @default `defaultTolerance` of its decimals */
  readonly tolerance?: Tolerance
}

/**
 * How much less than its logs a token may deliver before a credit counts as unbacked (MONEY 24).
 */
export type Tolerance =
  /** Smallest units of the asset, for each comparison as a whole. */
  | { readonly kind: 'units'; readonly units: bigint }
  /** A share of the compared credits. */
  | { readonly kind: 'share'; readonly parts: bigint }
  | { readonly kind: 'rounding' }

/** Parts of a whole in `share`: 0.000001 % is one part. */
export const partsOfWhole = 100_000_000n

/** stETH documents that a transfer may deliver 1 or 2 wei less than its log says. */
const roundingUnits = 2n
/**
 * At most this share (1/1000) of a credit counts as rounding, so that a phantom credit of a few
 * units never passes.
 */
const roundingShare = 1_000n
/** With fewer decimals a unit has value, and such a token keeps no shares that round. */
const roundingDecimals = 6

/** Without `tolerance` in the configuration: the rounding of a token that keeps shares. */
export function defaultTolerance(decimals: number): Tolerance {
  return decimals >= roundingDecimals ? { kind: 'rounding' } : { kind: 'units', units: 0n }
}

/** How much credits of this sum may fall short. */
export function allowance(tolerance: Tolerance, credited: bigint): bigint {
  if (tolerance.kind === 'units') return tolerance.units
  if (tolerance.kind === 'share') return (credited * tolerance.parts) / partsOfWhole
  const share = credited / roundingShare
  return share < roundingUnits ? share : roundingUnits
}
