import { and, eq, exists, isNull, notExists, or, sql } from 'drizzle-orm'
import { lanes, sweeps } from '../../../drizzle/schema.ts'
import { signedToCold } from '../deposits/halts.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { liveOf, signedFor, unminedOf } from './signed.ts'

/**
 * The lease goes always. The lane goes only when nothing of the sweep is signed and unmined (MONEY
 * 6), keeper's gas included, because gas on its way is for this sweep. A sweep that never signed
 * anything is closed as void.
 */
export async function letGo(tx: Queries, sweepId: string, holder: string): Promise<void> {
  if (!(await releaseLane(tx, sweepId, holder))) return
  await tx
    .update(sweeps)
    .set({ closedAt: sql`now()`, outcome: 'void' })
    .where(and(eq(sweeps.id, sweepId), isNull(sweeps.closedAt), notExists(signedFor(tx, sweepId))))
}

/** Lease and lane, and the sweep stays open. @returns false where another run drives it */
export async function releaseLane(tx: Queries, sweepId: string, holder: string): Promise<boolean> {
  const sweep = await lockWithLane(tx, sweepId)
  if (!sweep || (sweep.leaseHolder !== null && sweep.leaseHolder !== holder)) return false
  await tx
    .update(lanes)
    .set({ holderSweepId: null, heldSince: null })
    .where(and(laneHeldBy(sweep), notExists(unminedOf(tx, sweepId))))
  await tx.update(sweeps).set({ leaseHolder: null, leaseUntil: null }).where(eq(sweeps.id, sweepId))
  return true
}

/**
 * Closes a sweep whose transactions have all ended, so that an operator's retry begins another. One
 * whose transfer has succeeded is recorded instead: closed here, what it moved would be covered by
 * nothing.
 */
export async function giveUp(
  tx: Queries,
  sweepId: string,
  holder: string,
  reason: string,
): Promise<void> {
  const sweep = await lockWithLane(tx, sweepId)
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
  const closed = await tx
    .update(sweeps)
    .set({ closedAt: sql`now()`, outcome: reason, leaseHolder: null, leaseUntil: null })
    .where(and(eq(sweeps.id, sweepId), mayClose, allEnded))
    .returning({ id: sweeps.id })
  if (closed.length === 0) return
  await tx.update(lanes).set({ holderSweepId: null, heldSince: null }).where(laneHeldBy(sweep))
}

/**
 * Lane before sweep, as everywhere. Both are locked before anything is judged: a signature under
 * way is waited for, and the statements after see it.
 */
export async function lockWithLane(tx: Queries, sweepId: string): Promise<SweepRow | undefined> {
  const [seen] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId))
  if (!seen) return undefined
  await tx
    .select({ sender: lanes.sender })
    .from(lanes)
    .where(and(eq(lanes.chainId, seen.chainId), eq(lanes.sender, seen.wallet)))
    .for('update')
  const [sweep] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId)).for('update')
  return sweep
}

const laneHeldBy = (sweep: SweepRow) =>
  and(
    eq(lanes.chainId, sweep.chainId),
    eq(lanes.sender, sweep.wallet),
    eq(lanes.holderSweepId, sweep.id),
  )
