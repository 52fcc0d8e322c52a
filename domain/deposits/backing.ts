import { allowance, type Tolerance } from '../chains/tolerance.ts'

/**
 * What the balances say of a token credit that is not confirmed yet. Absent: the balance change at
 * its block explains it, or nothing was asked (native coin, rows of an older version). The first
 * two keep a deposit from being confirmed until the level is judged.
 * - `unread`: the balance change could not be decided; the level decides at confirmation.
 * - `short`: the balance change does not explain it; the level decides at confirmation.
 * - `level`: the wallet's balance explains it.
 * - `unknown`: the state could not be read, which is no verdict: credited as if nothing was asked.
 */
export type Backing = 'unread' | 'short' | 'level' | 'unknown'

interface Credit {
  readonly amount: bigint
}

/**
 * Credits that a sum of money explains, in chain order. One that does not fit is passed over, and
 * never keeps a later one back that does. Together they never exceed the room by more than the
 * tolerance.
 * @param claimed what other credits of the same money take first
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

/** What balances and logs say of one wallet, one token and one block. */
export interface BlockChange {
  /** Balance at the block less the balance at its parent. */
  readonly balanceChange: bigint
  /** What the token's logs say went out of the wallet. */
  readonly loggedOut: bigint
}

/**
 * Delta: which credits of one wallet, token and block the balance change explains. All of them are,
 * unless the change is below what was logged in less what was logged out.
 */
export function backedByDelta<T extends Credit>(
  credits: readonly T[],
  { balanceChange, loggedOut }: BlockChange,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(credits, balanceChange + loggedOut, tolerance)
}

/** What a wallet holds of a token at one block, and what claims it. */
export interface Level {
  readonly balance: bigint
  /**
   * What our sweeps mined at or below the block moved, as far as no covered deposit explains it.
   */
  readonly moved: bigint
  /** Uncovered credits at or below the block that are not in question. */
  readonly claimed: bigint
}

/**
 * Level: which of the credits in question the wallet's balance explains, after those that are not
 * in question.
 */
export function backedByLevel<T extends Credit>(
  questioned: readonly T[],
  { balance, moved, claimed }: Level,
  tolerance: Tolerance,
): ReadonlySet<T> {
  return backedCredits(questioned, balance + moved, tolerance, claimed)
}
