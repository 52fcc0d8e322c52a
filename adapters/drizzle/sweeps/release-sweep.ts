import { and, eq, exists, isNull, notExists, notInArray, or, sql } from 'drizzle-orm'
import { terminalStates } from '../../../domain/deposits/deposit-state.ts'
import type { StateChange } from '../../../domain/sweeps/sweep-store.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { changeState } from '../deposits/change-state.ts'
import { signedToCold } from '../deposits/halts.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { freeLane } from './lane-row.ts'
import { lockLaneAndSweep } from './locks.ts'
import { liveOf, signedFor, unminedOf } from './signed-transactions.ts'
import { closeSweepRow, dropLease } from './sweep-row.ts'

/**
 * Ends the lease and changes the deposit's state. Frees the lane unless a transaction of the sweep
 * is signed and unmined (MONEY 6). Unmined gas of the keeper keeps the lane too, because it is for
 * this sweep. A sweep that never signed anything is closed as `void`. A sweep whose gas came is
 * closed as `unused` once no deposit needs it: the gas stays in the wallet for the next sweep.
 */
export async function releaseSweep(
  tx: Queries,
  sweepId: string,
  holder: string,
  change?: StateChange,
): Promise<void> {
  const released = await releaseLane(tx, sweepId, holder)
  if (change) await changeState(tx, change)
  if (!released) return
  if (await closeSweepRow(tx, sweepId, { outcome: 'void' }, notExists(signedFor(tx, sweepId))))
    return
  const isUnused = and(
    notExists(liveOf(tx, sweepId)),
    notExists(signedToCold(tx, sweepId)),
    notExists(unfinishedOf(tx, sweepId)),
  )
  await closeSweepRow(tx, sweepId, { outcome: 'unused' }, isUnused)
}

/** Selects the deposits of a sweep that have not ended. */
function unfinishedOf(tx: Queries, sweepId: string) {
  return tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), notInArray(deposits.state, [...terminalStates])))
}

/**
 * Ends the lease, and frees the lane unless a transaction of the sweep is unmined. The sweep stays
 * open.
 * @returns false if another run drives the sweep
 */
export async function releaseLane(tx: Queries, sweepId: string, holder: string): Promise<boolean> {
  const sweep = await lockLaneAndSweep(tx, sweepId)
  if (!sweep || (sweep.leaseHolder !== null && sweep.leaseHolder !== holder)) return false
  await freeLane(tx, sweep, notExists(unminedOf(tx, sweepId)))
  await dropLease(tx, sweepId)
  return true
}

/**
 * Closes a sweep whose transactions have all ended, so that an operator's retry opens a new sweep.
 * A sweep whose transfer succeeded stays open until it is recorded, because its amount would
 * otherwise cover no deposit.
 */
export async function giveUp(
  tx: Queries,
  sweepId: string,
  holder: string,
  reason: string,
): Promise<void> {
  const sweep = await lockLaneAndSweep(tx, sweepId)
  if (!sweep || sweep.closedAt !== null) return
  const mayClose = or(
    eq(sweeps.leaseHolder, holder),
    isNull(sweeps.leaseUntil),
    sql`${sweeps.leaseUntil} <= now()`,
  )
  const allEnded = and(
    exists(signedFor(tx, sweepId)),
    notExists(liveOf(tx, sweepId)),
    notExists(signedToCold(tx, sweepId)),
  )
  if (!(await closeSweepRow(tx, sweepId, { outcome: reason }, and(mayClose, allEnded)))) return
  await freeLane(tx, sweep)
}

/**
 * Closes a locked sweep that has no live transaction and that no other run drives. Afterwards the
 * deposit's run can sign nothing for the sweep, and other deposits open the next sweep. Gas that
 * the wallet has received stays in the wallet for the next sweep.
 */
export async function closeUnsigned(
  tx: Queries,
  sweep: SweepRow,
  depositId: string,
): Promise<void> {
  const [drivenByAnother] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(
      and(
        eq(sweeps.id, sweep.id),
        sql`${sweeps.leaseHolder} <> ${sweepWorkflowId(depositId)}`,
        sql`${sweeps.leaseUntil} > now()`,
      ),
    )
  if (drivenByAnother) return
  const [signed] = await signedFor(tx, sweep.id).limit(1)
  await closeSweepRow(tx, sweep.id, { outcome: signed ? 'skipped' : 'void' })
  await freeLane(tx, sweep)
}
