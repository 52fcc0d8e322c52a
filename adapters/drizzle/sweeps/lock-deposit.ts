import { and, eq, exists, isNull, sql } from 'drizzle-orm'
import { deposits, lanes, sweeps } from '../../../drizzle/schema.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'
import { isSweepSigned } from '../deposits/halts.ts'
import type { DepositRow, SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { liveOf, signedFor } from './signed.ts'

export interface LockedDeposit {
  readonly row: DepositRow
  /** The open sweep of its wallet and asset, whoever drives it. */
  readonly openSweep: SweepRow | undefined
}

/**
 * Lane, sweep, deposit: the order of claims and signatures, so that an order waits for one of them,
 * or it for the order.
 */
export async function lockDeposit(tx: Queries, id: string): Promise<LockedDeposit | undefined> {
  const [seen] = await tx.select().from(deposits).where(eq(deposits.id, id))
  if (!seen) return undefined
  await tx
    .select({ sender: lanes.sender })
    .from(lanes)
    .where(and(eq(lanes.chainId, seen.chainId), eq(lanes.sender, seen.wallet)))
    .for('update')
  const [openSweep] = await tx
    .select()
    .from(sweeps)
    .where(
      and(
        eq(sweeps.chainId, seen.chainId),
        eq(sweeps.wallet, seen.wallet),
        eq(sweeps.asset, seen.asset),
        isNull(sweeps.closedAt),
      ),
    )
    .for('update')
  const [row] = await tx.select().from(deposits).where(eq(deposits.id, id)).for('update')
  return row && { row, openSweep }
}

/**
 * Of an open sweep: a transaction of it is signed and may be mined yet, or brought the coin and is
 * not written down. Nobody ends a deposit that it may cover (MONEY 16).
 */
export async function isOutcomeOpen(tx: Queries, sweepId: string): Promise<boolean> {
  if (await isSweepSigned(tx, sweepId)) return true
  const [live] = await liveOf(tx, sweepId).limit(1)
  return live !== undefined
}

/**
 * Closes a sweep that has nothing live and that nobody but this deposit's own run drives, so that
 * this run can't sign for it any more; other deposits open the next one. Gas that it was given
 * stays in the wallet and serves that.
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
  const [signed] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(eq(sweeps.id, sweep.id), exists(signedFor(tx, sweep.id))))
  await tx
    .update(sweeps)
    .set({
      closedAt: sql`now()`,
      outcome: signed ? 'skipped' : 'void',
      leaseHolder: null,
      leaseUntil: null,
    })
    .where(eq(sweeps.id, sweep.id))
  await tx
    .update(lanes)
    .set({ holderSweepId: null, heldSince: null })
    .where(
      and(
        eq(lanes.chainId, sweep.chainId),
        eq(lanes.sender, sweep.wallet),
        eq(lanes.holderSweepId, sweep.id),
      ),
    )
}
