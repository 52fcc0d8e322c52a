/**
 * How much less than its logs say a token may bring before a credit counts as unbacked (MONEY 24).
 */
export type Tolerance =
  /** Smallest units of the asset, for each comparison as a whole. */
  | { readonly kind: 'units'; readonly units: bigint }
  /** A share of the credits that are compared. */
  | { readonly kind: 'share'; readonly parts: bigint }
  | { readonly kind: 'rounding' }

/** `parts` of a share: 0.000001 % is one part. */
export const partsOfWhole = 100_000_000n

/** stETH documents that a transfer may bring 1 or 2 wei less than its log says. */
const roundingUnits = 2n
/** Below this share of a credit, so that a phantom of some units never passes as rounding. */
const roundingShare = 1_000n
/** With fewer decimals a unit is worth something, and such a token has no shares to round. */
const roundingDecimals = 6

/**
 * Without `tolerance` in the configuration: the rounding of a token that keeps shares, and nothing
 * else.
 */
export function defaultTolerance(decimals: number): Tolerance {
  return decimals >= roundingDecimals ? { kind: 'rounding' } : { kind: 'units', units: 0n }
}

/** What credits of this sum may lack. */
export function allowance(tolerance: Tolerance, credited: bigint): bigint {
  if (tolerance.kind === 'units') return tolerance.units
  if (tolerance.kind === 'share') return (credited * tolerance.parts) / partsOfWhole
  const share = credited / roundingShare
  return share < roundingUnits ? share : roundingUnits
}
