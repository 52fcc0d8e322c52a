import { eq } from 'drizzle-orm'
import {
  type DepositState,
  formatState,
  isTerminal,
} from '../../../domain/deposits/deposit-state.ts'
import { isDoubtCleared, isRejected, openDoubt } from '../../../domain/deposits/doubt.ts'
import {
  approvalHold,
  isPause,
  owesApproval,
  pausedHold,
  withApprovalOwed,
} from '../../../domain/deposits/halt.ts'
import { BadInput } from '../../../domain/money-errors.ts'
import type {
  DepositOrder,
  DepositOrderName,
  DepositOrders,
  OrderAnswer,
  SignedOrder,
} from '../../../domain/operators/deposit-orders.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { changeState, ignoreDeposit } from '../deposits/change-state.ts'
import { clearDoubt, rejectDeposit } from '../deposits/doubts.ts'
import { isSweepSigned } from '../deposits/halts.ts'
import { hold, release, replaceHoldReason } from '../deposits/holds.ts'
import type { DepositRow } from '../deposits/rows.ts'
import { notedAs, orderIdOf, recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { type LockedDeposit, lockDeposit } from './locks.ts'
import { closeUnsigned } from './release-sweep.ts'
import { isOutcomeOpen } from './signed-transactions.ts'

/** Creates the operators' orders about a deposit. One commit follows an order and records it. */
export function createDepositOrders(db: Queries): DepositOrders {
  const follow =
    (name: DepositOrderName, judge: Judge) =>
    (depositId: string, order: DepositOrder): Promise<OrderAnswer> =>
      db.transaction(async (tx) => {
        const locked = await lockDeposit(tx, depositId)
        if (!locked) throw new BadInput(`no deposit ${depositId} in the database`)
        const { operator, reason } = order
        const action = { operator, reason, action: name, subject: depositId }
        const orderId = orderIdOf({ ...action, id: order.id })
        const noted = await notedAs(tx, orderId, order.runId)
        if (noted) return { kind: noted, state: stateOf(locked.row) }
        const verdict = await judge(tx, locked, order)
        if (verdict === 'already') return { kind: 'already', state: stateOf(locked.row) }
        if (verdict) return { kind: 'refused', state: stateOf(locked.row), why: verdict }
        await recordAction(tx, { ...action, orderId, runId: order.runId })
        const [after] = await tx.select().from(deposits).where(eq(deposits.id, depositId))
        return { kind: 'done', state: stateOf(after ?? locked.row) }
      })
  return {
    skip: follow('skip', skip),
    approve: follow('approve', (tx, { row }, order) => approve(tx, row, order)),
    pause: follow('pause', pause),
    resume: follow('resume', (tx, { row }, order) => resume(tx, row, order)),
  }
}

/**
 * Carries out an order, or refuses it.
 * @returns a sentence that says why the order is refused, or `already`; undefined if the order was
 * carried out
 */
type Judge = (
  tx: Queries,
  locked: LockedDeposit,
  order: SignedOrder,
) => Promise<'already' | string | undefined>

async function skip(tx: Queries, locked: LockedDeposit, order: SignedOrder) {
  const { row, openSweep } = locked
  const { operator, reason } = order
  if (row.state === 'ignored' && row.reason.startsWith('skipped by ')) return 'already'
  if (isRejected(row)) return 'already'
  const doubt = openDoubt(row)
  if (doubt) {
    await rejectDeposit(tx, row, doubt, order)
    return undefined
  }
  if (isFinished(row)) return 'nothing is left to skip'
  if (row.confirmedAt === null) return 'its block is not final yet: wait until it is confirmed'
  if (openSweep && (await isOutcomeOpen(tx, openSweep.id))) {
    return 'its sweep is signed: wait until its outcome is known'
  }
  if (openSweep) await closeUnsigned(tx, openSweep, row.id)
  if (isHeldRow(row)) await release(tx, row)
  await ignoreDeposit(tx, row.id, `skipped by ${operator}`, reason)
  return undefined
}

async function approve(tx: Queries, row: DepositRow, order: SignedOrder) {
  const { operator } = order
  const doubt = openDoubt(row)
  if (doubt) {
    await clearDoubt(tx, row, doubt, order)
    return undefined
  }
  if (isRejected(row)) return `it was ${row.reason}: only a reorg brings it back`
  if (isDoubtCleared(row) && !isHeldRow(row)) return 'already'
  if (row.releasedAt !== null) return 'already'
  if (row.reason.startsWith('held-by '))
    return `it is ${row.reason}: approve, resume or skip that deposit`
  if (row.heldAt === null || isFinished(row)) return 'nothing holds it'
  if (isPause(row.heldReason))
    return `it is ${row.heldReason}: "coldsweep resume", once its reason is gone`
  await release(tx, row, `approved by ${operator}`)
  return undefined
}

async function pause(tx: Queries, { row, openSweep }: LockedDeposit, order: SignedOrder) {
  if (isHeldRow(row) && isPause(row.heldReason)) return 'already'
  if (isFinished(row)) return 'nothing is left to hold'
  if (openSweep && (await isSweepSigned(tx, openSweep.id))) {
    return 'its sweep is signed: a hold no longer stops it'
  }
  const paused = pausedHold(order.operator)
  // A hold that is not a pause waits for an approval.
  await hold(tx, row.id, isHeldRow(row) ? withApprovalOwed(paused) : paused)
  if (row.confirmedAt !== null && row.state !== 'needs-attention') {
    const detail = `${paused}: ${order.reason}`
    await changeState(tx, { depositId: row.id, state: 'waiting', reason: 'paused', detail })
  }
  return undefined
}

async function resume(tx: Queries, row: DepositRow, { operator }: SignedOrder) {
  const paused = isPause(row.heldReason)
  if (paused && row.releasedAt !== null) return 'already'
  if (!isHeldRow(row) || isFinished(row)) return 'nothing holds it'
  if (!paused) return 'it waits for an approval: "coldsweep approve", by somebody who may'
  if (owesApproval(row.heldReason)) {
    await replaceHoldReason(tx, row.id, approvalHold)
    const waits = row.confirmedAt !== null && row.state !== 'needs-attention'
    const detail = `resumed by ${operator}`
    if (waits)
      await changeState(tx, { depositId: row.id, state: 'waiting', reason: 'approval', detail })
    return undefined
  }
  await release(tx, row, `resumed by ${operator}`)
  return undefined
}

const isFinished = (row: DepositRow) => isTerminal(row.state as DepositState)
const isHeldRow = (row: DepositRow) => row.heldAt !== null && row.releasedAt === null
const stateOf = (row: DepositRow) => formatState(row.state as DepositState, row.reason)
