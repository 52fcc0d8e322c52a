import { smallerOf } from '../amount.ts'
import { allowance, type Tolerance } from '../chains/asset.ts'

/**
 * Verdict about an unconfirmed token credit (MONEY 24), from two checks. The delta is the balance
 * change of the credit's block. The level is the wallet's balance, read later. There is no verdict
 * (null) if the delta explains the credit, or if no balance was read (native coin, rows of an older
 * version).
 * - `unread`: the delta could not be judged. The level decides at confirmation.
 * - `short`: the delta does not explain the credit. The level decides at confirmation.
 * - `level`: the wallet's balance explains the credit.
 * - `unknown`: the balance could not be read. The deposit is credited as if coldsweep read no
 *   balances.
 *
 * A deposit with `unread` or `short` stays unconfirmed until the level is judged.
 */
export type Backing = 'unread' | 'short' | 'level' | 'unknown'

interface Credit {
  readonly amount: bigint
  /** Part of the amount that an opening balance may contain (MONEY 25). */
  readonly openingPart?: bigint | null
}

/**
 * Returns the credits that an amount of money explains, taken in chain order. A credit that does
 * not fit is skipped, and later credits that fit are still taken. The sum exceeds the room by at
 * most the tolerance.
 * @param room the amount of money, in the smallest unit
 * @param claims parts of the room that other credits take first
 */
export function backedCredits<T extends Credit>(
  credits: readonly T[],
  room: bigint,
  tolerance: Tolerance,
  claims: OtherClaims = { claimed: 0n, inOpenings: 0n },
): ReadonlySet<T> {
  const backed = new Set<T>()
  let sum = claims
  for (const credit of credits) {
    const next = withClaim(sum, credit)
    if (next.claimed > room + allowance(tolerance, next.claimed)) continue
    backed.add(credit)
    sum = next
  }
  return backed
}

/** Claims on a wallet's balance, in the smallest unit. */
export interface OtherClaims {
  /** Uncovered credits at or below the block that are not in question. */
  readonly claimed: bigint
  /** Amount of opening balances, part of `claimed`, that no late credit is a part of so far. */
  readonly inOpenings: bigint
}

/** Adds a credit to the claims. Its part of an opening balance counts already (MONEY 25). */
export function withClaim(
  { claimed, inOpenings }: OtherClaims,
  { amount, openingPart }: Credit,
): OtherClaims {
  const within = smallerOf(openingPart ?? 0n, inOpenings)
  return { claimed: claimed + amount - within, inOpenings: inOpenings - within }
}

/** Balances and logs of one wallet, one token and one block, in the smallest unit. */
export interface BlockChange {
  /** Balance after the block minus the balance after its parent block. */
  readonly balanceChange: bigint
  /** Amount that left the wallet according to the token's logs. */
  readonly loggedOut: bigint
}

/**
 * Delta check: returns the credits of one wallet, token and block that the balance change explains.
 * If the change is at least the logged inflow minus the logged outflow, it explains all credits.
 */
export function backedByDelta<T extends Credit>(
  credits: readonly T[],
  { balanceChange, loggedOut }: BlockChange,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(credits, balanceChange + loggedOut, tolerance)
}

/**
 * The balance of one wallet and token at one block, and the claims on this balance, in the smallest
 * unit.
 */
export interface Level extends OtherClaims {
  readonly balance: bigint
  /** Amount that our sweeps moved up to the block, minus the deposits that they covered. */
  readonly moved: bigint
}

/**
 * Level check: returns those credits in question that the wallet's balance explains. Credits that
 * are not in question claim the balance first.
 */
export function backedByLevel<T extends Credit>(
  questioned: readonly T[],
  level: Level,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(questioned, level.balance + level.moved, tolerance, level)
}
