import type { DepositState, UnconfirmedReason } from './deposit-state.ts'

/**
 * Doubts that an operator decides: `approve` credits the deposit, `skip` rejects it. The decision
 * is valid only for the deposit's block; it ends when a reorg moves the deposit to another block.
 */
export const operatorDoubts = ['content-differs', 'unbacked'] as const satisfies UnconfirmedReason[]

export type OperatorDoubt = (typeof operatorDoubts)[number]

/**
 * Returns whether an operator, and not the scanner, decides about this reason of `confirming(…)`.
 */
export function isOperatorDoubt(reason: string): reason is OperatorDoubt {
  return (operatorDoubts as readonly string[]).includes(reason)
}

interface DoubtFacts {
  readonly state: DepositState | string
  /** The latest doubt about the deposit. */
  readonly doubt: string | null
  /** The doubt that an operator overruled. */
  readonly doubtCleared: string | null
}

/** Returns the doubt that still needs an operator's decision; undefined if there is none. */
export function openDoubt({ state, doubt, doubtCleared }: DoubtFacts): OperatorDoubt | undefined {
  if (state !== 'confirming' || doubt === null || doubt === doubtCleared) return undefined
  return isOperatorDoubt(doubt) ? doubt : undefined
}

/**
 * Returns whether an operator overruled the doubt and the scanner has not confirmed the deposit
 * yet.
 */
export function isDoubtCleared({ state, doubt, doubtCleared }: DoubtFacts): boolean {
  return state === 'confirming' && doubt !== null && doubt === doubtCleared
}

/**
 * Returns the reason of `ignored(…)` for a rejected deposit. Such a deposit is never credited,
 * covered, or counted in the books.
 */
export const rejectedReason = (operator: string) => `rejected by ${operator}`

/** Returns whether an operator rejected the deposit. */
export function isRejected(row: {
  readonly state: DepositState | string
  readonly reason: string
}) {
  return row.state === 'ignored' && row.reason.startsWith(rejectedReason(''))
}
