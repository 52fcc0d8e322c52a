import { allowance, type Tolerance } from '../chains/asset.ts'

/**
 * Verdict of the balances about an unconfirmed token credit. Absent: the balance change at its
 * block explains it, or nothing was read (native coin, rows of an older version). The first two
 * keep a deposit unconfirmed until the level is judged.
 * - `unread`: the balance change could not be judged; the level decides at confirmation.
 * - `short`: the balance change does not explain it; the level decides at confirmation.
 * - `level`: the wallet's balance explains it.
 * - `unknown`: the state could not be read, which is no verdict: credited as if nothing was read.
 */
export type Backing = 'unread' | 'short' | 'level' | 'unknown'

interface Credit {
  readonly amount: bigint
}

/**
 * Credits that a sum of money explains, in chain order. A credit that does not fit is skipped and
 * does not block later ones that fit. Together they exceed the room by at most the tolerance.
 * @param claimed amount that other credits of the same money take first
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

/** Balances and logs of one wallet, one token and one block. */
export interface BlockChange {
  /** Balance at the block less the balance at its parent. */
  readonly balanceChange: bigint
  /** Amount that left the wallet by the token's logs. */
  readonly loggedOut: bigint
}

/**
 * Delta: credits of one wallet, token and block that the balance change explains. All of them,
 * unless the change is below the logged inflow less the logged outflow.
 */
export function backedByDelta<T extends Credit>(
  credits: readonly T[],
  { balanceChange, loggedOut }: BlockChange,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(credits, balanceChange + loggedOut, tolerance)
}

/** Balance of a wallet in one token at one block, and its claims. */
export interface Level {
  readonly balance: bigint
  /** Amount that our sweeps mined at or below the block moved, less the covered deposits. */
  readonly moved: bigint
  /** Uncovered credits at or below the block that are not in question. */
  readonly claimed: bigint
}

/**
 * Level: credits in question that the wallet's balance explains, after those that are not in
 * question.
 */
export function backedByLevel<T extends Credit>(
  questioned: readonly T[],
  { balance, moved, claimed }: Level,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(questioned, balance + moved, tolerance, claimed)
}
