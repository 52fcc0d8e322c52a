import type { Address } from '../address.ts'
import type { WaitReason } from './deposit-state.ts'

/**
 * Why nothing new is planned or signed for a wallet's asset now. What is signed already goes on.
 */
export type Halt =
  /** An operator has paused the chain. */
  | { readonly kind: 'chain-paused'; readonly why: string }
  /** One of its deposits is held: `approval`, or `paused by <operator>` (MONEY 16). */
  | { readonly kind: 'held'; readonly depositId: string; readonly why: string }
  /** The database's cold wallet is not this process's any more (MONEY 18). */
  | { readonly kind: 'cold-wallet-changed'; readonly recorded: Address }
  /**
   * Another keeper has taken the place of this process's: what this one signed now, nobody could
   * bump or cancel later.
   */
  | { readonly kind: 'keeper-retired'; readonly keeper: Address }

/**
 * What `deposits.held_reason` says where the amount, or an asset that was not listed, wants
 * somebody's approval.
 */
export const approvalHold = 'approval'

/** The same where an operator has paused it. */
export const pausedHold = (operator: string) => `paused by ${operator}`

export const isPause = (why: string | null) => why?.startsWith(pausedHold('')) === true

/** A pause and an approval are two holds: the coin goes when both are lifted. */
const owed = ' (an approval is owed)'

export const owesApproval = (why: string | null) =>
  why === approvalHold || why?.endsWith(owed) === true

export const withApprovalOwed = (pause: string) => (owesApproval(pause) ? pause : pause + owed)

/** How a deposit of that wallet and asset waits. */
export function haltedAs(halt: Halt, depositId: string): WaitReason {
  if (halt.kind !== 'held') return halt.kind
  if (halt.depositId !== depositId) return `held-by ${halt.depositId}`
  return halt.why === approvalHold ? 'approval' : 'paused'
}

/** The same for people. */
export function haltWords(halt: Halt): string {
  switch (halt.kind) {
    case 'chain-paused':
      return `the chain is paused: ${halt.why}`
    case 'held':
      return halt.why === approvalHold
        ? `${halt.depositId} is at or above approveAbove, or was not listed when it was confirmed: somebody has to approve it`
        : `${halt.depositId} is ${halt.why}`
    case 'cold-wallet-changed':
      return 'the database has another cold wallet than this worker: "coldsweep cold-wallet list" says which, and who changed it; put it into coldsweep.yaml and restart'
    case 'keeper-retired':
      return `the gas keeper ${halt.keeper} has retired, and this worker still has it: put the new one into coldsweep.yaml and restart`
  }
}
