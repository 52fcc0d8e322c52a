import type { AssetId } from '../chains/asset.ts'

/** Money of one asset on one day, in the smallest unit. docs/exports.md defines each term. */
export interface DayTerms {
  readonly chainId: number
  readonly asset: AssetId
  /** Credited deposits that were neither swept nor set aside at the beginning of the day. */
  readonly opening: bigint
  readonly credited: bigint
  readonly swept: bigint
  readonly fees: bigint
  /** Deposits that were set aside: dust, skipped or dropped. */
  readonly dust: bigint
  /** Like `opening`, at the end of the day. */
  readonly closing: bigint
  /** Sweeps that cover more than they and the wallet's fees can have moved. */
  readonly unexplained: readonly string[]
}

/**
 * Returns the amount that is missing from a day's terms: opening + credited − swept − fees − dust −
 * closing. Negative for a surplus, 0 where the day closes.
 */
export const missingOnDay = (terms: DayTerms): bigint =>
  terms.opening + terms.credited - terms.swept - terms.fees - terms.dust - terms.closing

/** Coverage of one sweep before and after a moment, and the amounts that it moved. */
export interface SweepCoverage {
  /** Sum of the covered deposits at the beginning and at the end of the day. */
  readonly before: bigint
  readonly after: bigint
  readonly arrived: bigint
  /** Amount that left the wallet. */
  readonly left: bigint
  /** Fees that the wallet paid before from its deposits, and parts that earlier sweeps moved. */
  readonly besides: bigint
}

/**
 * Splits the deposits that a sweep covered on one day. The part that arrived is swept, the rest of
 * the amount that left the wallet is fees. Gas money of the keeper that arrived with the deposits
 * counts in neither.
 */
export function splitCoverage({ before, after, arrived, left, besides }: SweepCoverage): {
  readonly swept: bigint
  readonly fees: bigint
} {
  const least = (a: bigint, b: bigint) => (a < b ? a : b)
  const gone = (left > arrived ? left : arrived) + besides
  const swept = (covered: bigint) => least(covered, arrived)
  const fees = (covered: bigint) => least(covered, gone) - swept(covered)
  return { swept: swept(after) - swept(before), fees: fees(after) - fees(before) }
}
