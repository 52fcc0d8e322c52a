import type { Address } from '../address.ts'
import type { WaitReason } from './deposit-state.ts'

/**
 * Why a sweep of a wallet's asset may be neither planned nor signed. Transactions that are already
 * signed continue.
 */
export type Halt =
  /** An operator paused the chain. */
  | { readonly kind: 'chain-paused'; readonly why: string }
  /** A deposit of the wallet and asset is held: `approval` or `paused by <operator>` (MONEY 16). */
  | { readonly kind: 'held'; readonly depositId: string; readonly why: string }
  /** The breaker or an operator paused the asset (MONEY 30). */
  | {
      readonly kind: 'asset-paused'
      readonly why: string
      /** From this time on one sweep is tried; null for an operator's pause. */
      readonly triedAt: Date | null
    }
  /** The database has another cold wallet than this process (MONEY 18). */
  | { readonly kind: 'cold-wallet-changed'; readonly recorded: Address }
  /**
   * Another keeper has replaced the keeper of this process. A transaction that the replaced keeper
   * signs could later be neither bumped nor cancelled.
   */
  | { readonly kind: 'keeper-retired'; readonly keeper: Address }

/**
 * Value of `deposits.held_reason` for a deposit that needs approval, because of its amount or
 * because its asset was not listed when it was confirmed.
 */
export const approvalHold = 'approval'

/** Returns the value of `deposits.held_reason` for a deposit that an operator paused. */
export const pausedHold = (operator: string) => `paused by ${operator}`

/** Returns whether `held_reason` says that an operator paused the deposit. */
export const isPause = (why: string | null) => why?.startsWith(pausedHold('')) === true

/**
 * Suffix of `held_reason` for a paused deposit that also needs approval. The deposit then has two
 * holds, and is swept only after both are lifted.
 */
const owed = ' (an approval is owed)'

/** Returns whether `held_reason` says that the deposit needs approval, paused or not. */
export const owesApproval = (why: string | null) =>
  why === approvalHold || why?.endsWith(owed) === true

/** Adds to the `held_reason` of a pause that the deposit also needs approval. */
export const withApprovalOwed = (pause: string) => (owesApproval(pause) ? pause : pause + owed)

/** Returns the reason with which this deposit waits under the halt. */
export function haltedAs(halt: Halt, depositId: string): WaitReason {
  if (halt.kind !== 'held') return halt.kind
  if (halt.depositId !== depositId) return `held-by ${halt.depositId}`
  return halt.why === approvalHold ? 'approval' : 'paused'
}

/** Describes the halt in words, as the detail in the deposit’s row. */
export function haltWords(halt: Halt): string {
  switch (halt.kind) {
    case 'chain-paused':
      return `the chain is paused: ${halt.why}`
    case 'asset-paused':
      return halt.triedAt
        ? `the asset is paused: ${halt.why}; one sweep is tried from ${halt.triedAt.toISOString()} on`
        : `the asset is paused: ${halt.why}`
    case 'held':
      return halt.why === approvalHold
        ? `${halt.depositId} needs approval: it is at or above approveAbove, or its asset was not listed when it was confirmed`
        : `${halt.depositId} is ${halt.why}`
    case 'cold-wallet-changed':
      return 'the database has another cold wallet than this worker: "coldsweep cold-wallet list" shows it and who changed it; set it in coldsweep.yaml and restart'
    case 'keeper-retired':
      return `the gas keeper ${halt.keeper} has retired and is still configured in this worker: set the new keeper in coldsweep.yaml and restart`
  }
}
