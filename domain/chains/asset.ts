import type { Address } from '../address.ts'
import { formatUnits } from '../amount.ts'
import type { Budget } from './budget.ts'
import type { Worth } from './price.ts'

/**
 * Value of the column `asset`: the native coin, or the lower-case address of the token contract.
 */
export type AssetId = 'native' | Address

/**
 * An asset that the configuration lists for a chain. `min` is in the smallest unit and is compared
 * with the wallet's balance (MONEY 15).
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
  /** How much a credit may fall short of its logs. @default `defaultTolerance` of its decimals */
  readonly tolerance?: Tolerance
  /** Highest gas limit of a token's transfer (MONEY 26). @default `defaultMaxGas` */
  readonly maxGas?: bigint
  /**
   * Most that the asset's sweeps may cost, in wei (MONEY 29). @default 25 × `gas.maxPerSweep` an
   * hour, 100 × a day
   */
  readonly budget?: Budget
  /**
   * Price of a token, and the share of its value that gas may cost (MONEY 31). @default every sweep
   * is worth its gas
   */
  readonly worth?: Worth
}

/** A plain ERC-20 transfer takes about 50,000 gas; the dearest listed tokens take about 300,000. */
export const defaultMaxGas = 500_000n

/**
 * Amount by which a token may deliver less than it logs before a credit counts as unbacked (MONEY
 * 24).
 */
export type Tolerance =
  /** A fixed number of smallest units in each comparison, however many credits are compared. */
  | { readonly kind: 'units'; readonly units: bigint }
  /** A share of the compared credits, in parts of `partsOfWhole`. */
  | { readonly kind: 'share'; readonly parts: bigint }
  /** Up to 2 units, the rounding loss of a token that converts shares to amounts. */
  | { readonly kind: 'rounding' }

/** Number of parts in 100 %, for `share`. One part is 0.000001 %. */
export const partsOfWhole = 100_000_000n

/** stETH documents that a transfer may deliver 1 or 2 wei less than its log says. */
const roundingUnits = 2n
/**
 * At most one part in this many of a credit counts as rounding (0.1 %), so that a phantom credit of
 * a few units never passes.
 */
const roundingShare = 1_000n
/**
 * Fewest decimals for which rounding is tolerated. One unit of a token with fewer decimals has
 * value, and such a token does not convert shares to amounts.
 */
const roundingDecimals = 6

/**
 * Returns the tolerance of a token without `tolerance` in the configuration: rounding for a token
 * with at least 6 decimals, none for a token with fewer.
 */
export function defaultTolerance(decimals: number): Tolerance {
  return decimals >= roundingDecimals ? { kind: 'rounding' } : { kind: 'units', units: 0n }
}

/**
 * Returns the shortfall that the tolerance allows for credits of this sum, in the smallest unit.
 */
export function allowance(tolerance: Tolerance, credited: bigint): bigint {
  if (tolerance.kind === 'units') return tolerance.units
  if (tolerance.kind === 'share') return (credited * tolerance.parts) / partsOfWhole
  const share = credited / roundingShare
  return share < roundingUnits ? share : roundingUnits
}

/** An amount of an asset for people: `1.5 USDT`. */
export function inUnits(amount: bigint, asset: Pick<ListedAsset, 'decimals' | 'symbol'>): string {
  return `${formatUnits(amount, asset.decimals)} ${asset.symbol}`
}
