import {
  type DepositState,
  formatState,
  isTerminal,
} from '../../../domain/deposits/deposit-state.ts'
import { ignoreDeposit } from '../deposits/change-state.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { lockDeposit } from './locks.ts'
import { closeUnsigned } from './release-sweep.ts'
import { isOutcomeOpen } from './signed-transactions.ts'

export interface DropOrder {
  /** The deposit that the message names; undefined when it names none. */
  readonly depositId: string | undefined
  readonly messageId: string
  readonly operator: string
  readonly reason: string
}

export type Dropped =
  | { readonly kind: 'marked' }
  /**
   * The deposit does not exist, or is finished, held or not confirmed. A message cannot end such a
   * deposit, so only the order is recorded.
   */
  | { readonly kind: 'left'; readonly state: string | undefined }
  /**
   * A transaction of its sweep is signed and its outcome is unknown (MONEY 16). Nothing was
   * written.
   */
  | { readonly kind: 'refused'; readonly state: string }

/**
 * Ends the deposit whose failed message an operator drops: sets `ignored(dropped by <operator>)`
 * and records the order, in one commit. A later sweep of the wallet's asset still moves and covers
 * the deposit, as with dust (MONEY 15).
 */
export async function dropDeposit(db: Queries, order: DropOrder): Promise<Dropped> {
  return db.transaction(async (tx) => {
    const locked =
      order.depositId === undefined ? undefined : await lockDeposit(tx, order.depositId)
    const { row, openSweep } = locked ?? {}
    const state = row && formatState(row.state as DepositState, row.reason)
    const open = row !== undefined && !isTerminal(row.state as DepositState)
    // Anybody with the broker's login can name a deposit, so a message must not bypass an approval.
    const waitsForPeople = row !== undefined && row.heldAt !== null && row.releasedAt === null
    if (open && openSweep && (await isOutcomeOpen(tx, openSweep.id))) {
      return { kind: 'refused', state: state ?? '' }
    }
    await recordAction(tx, {
      operator: order.operator,
      action: 'drop',
      subject: order.depositId ?? `message ${order.messageId}`,
      reason: order.reason,
    })
    if (!open || waitsForPeople || row.confirmedAt === null) return { kind: 'left', state }
    if (openSweep) await closeUnsigned(tx, openSweep, row.id)
    await ignoreDeposit(tx, row.id, `dropped by ${order.operator}`, order.reason)
    return { kind: 'marked' }
  })
}
