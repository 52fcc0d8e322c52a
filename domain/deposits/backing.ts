import { allowance, type Tolerance } from '../chains/asset.ts'

/**
 * Verdict about an unconfirmed token credit by two checks: the balance change of its block (delta),
 * and later the wallet's balance (level). Absent where the delta explains the credit, or where no
 * balance was read (native coin, rows of an older version).
 * - `unread`: the delta could not be judged. The level decides at confirmation.
 * - `short`: the delta does not explain the credit. The level decides at confirmation.
 * - `level`: the wallet's balance explains the credit.
 * - `unknown`: the balance could not be read, so there is no verdict. The deposit is credited as if
 *   balances had not been read.
 *
 * With `unread` and `short` a deposit stays unconfirmed until the level is judged.
 */
export type Backing = 'unread' | 'short' | 'level' | 'unknown'

interface Credit {
  readonly amount: bigint
}

/**
 * Credits that an amount of money explains, in chain order. A credit that does not fit is skipped,
 * and later credits that fit are still taken. The sum exceeds the room by at most the tolerance.
 * @param room the amount of money, in the smallest unit
 * @param claimed part of the room that other credits take first
 */
export function backedCredits<T extends Credit>(
  credits: readonly T[],
  room: bigint,
  tolerance: Tolerance,
  claimed = 0n,
): ReadonlySet<T> {
  const backed = new Set<T>()
  let sum = claimed
  for (const credit of credits) {
    const next = sum + credit.amount
    if (next > room + allowance(tolerance, next)) continue
    backed.add(credit)
    sum = next
  }
  return backed
}

/** Balances and logs of one wallet, one token and one block, in the smallest unit. */
export interface BlockChange {
  /** Balance after the block minus the balance after its parent block. */
  readonly balanceChange: bigint
  /** Amount that left the wallet according to the token's logs. */
  readonly loggedOut: bigint
}

/**
 * Delta: the credits of one wallet, token and block that the balance change explains. They are all
 * credits, unless the change is below the logged inflow minus the logged outflow.
 */
export function backedByDelta<T extends Credit>(
  credits: readonly T[],
  { balanceChange, loggedOut }: BlockChange,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(credits, balanceChange + loggedOut, tolerance)
}

/** Balance of one wallet and token at one block, and the claims on it, in the smallest unit. */
export interface Level {
  readonly balance: bigint
  /** Amount that our sweeps moved up to the block, minus the deposits that they covered. */
  readonly moved: bigint
  /** Uncovered credits at or below the block that are not in question. */
  readonly claimed: bigint
}

/**
 * Level: the credits in question that the wallet's balance explains. Credits that are not in
 * question claim the balance first.
 */
export function backedByLevel<T extends Credit>(
  questioned: readonly T[],
  { balance, moved, claimed }: Level,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(questioned, balance + moved, tolerance, claimed)
}
