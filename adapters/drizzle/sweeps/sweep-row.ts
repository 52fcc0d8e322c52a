import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { SweepOutcome, SweepPlan } from '../../../domain/sweeps/sweep.ts'
import { sweeps } from '../../../drizzle/schema.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import type { WalletAsset } from '../wallet-asset.ts'

// This file has every statement that writes the table `sweeps`.

type Changes = Partial<typeof sweeps.$inferInsert>

/** Opens a sweep of the wallet's asset and returns its id. */
export async function openSweep(
  tx: Queries,
  { chainId, wallet, asset }: WalletAsset,
): Promise<string> {
  const [opened] = await tx
    .insert(sweeps)
    .values({ chainId, wallet, asset })
    .returning({ id: sweeps.id })
  if (!opened) throw new Error('the sweep was not stored')
  return opened.id
}

/**
 * Returns the SQL for the end of a lease. PostgreSQL's clock judges leases, because all workers
 * share it.
 */
const leaseEnd = (leaseMs: number) => sql`now() + ${leaseMs} * interval '1 millisecond'`

export async function takeLease(
  tx: Queries,
  sweepId: string,
  holder: string,
  leaseMs: number,
): Promise<SweepRow> {
  const [row] = await tx
    .update(sweeps)
    .set({ leaseHolder: holder, leaseUntil: leaseEnd(leaseMs) })
    .where(eq(sweeps.id, sweepId))
    .returning()
  if (!row) throw new Error(`sweep ${sweepId} has gone: rows were changed by hand`)
  return row
}

/**
 * Extends the lease of a run.
 * @returns false if another run has the lease, or the sweep is closed
 */
export async function renewLease(
  db: Queries,
  sweepId: string,
  holder: string,
  leaseMs: number,
): Promise<boolean> {
  const renewed = await db
    .update(sweeps)
    .set({ leaseUntil: leaseEnd(leaseMs) })
    .where(and(eq(sweeps.id, sweepId), eq(sweeps.leaseHolder, holder), isNull(sweeps.closedAt)))
    .returning({ id: sweeps.id })
  return renewed.length > 0
}

const noLease = { leaseHolder: null, leaseUntil: null }

export async function dropLease(tx: Queries, sweepId: string): Promise<void> {
  await tx.update(sweeps).set(noLease).where(eq(sweeps.id, sweepId))
}

export async function savePlan(db: Queries, sweepId: string, plan: SweepPlan): Promise<void> {
  await db
    .update(sweeps)
    .set({
      plannedAmount: plan.amount,
      plannedBlock: plan.block,
      gasLimit: plan.gasLimit,
      feeCapWei: plan.feeCapWei,
      gasShortWei: plan.gasShortWei,
    })
    .where(eq(sweeps.id, sweepId))
}

/** Saves an open sweep's outcome, by which `closeSweep` later covers deposits. */
export async function saveOutcome(
  db: Queries,
  sweepId: string,
  outcome: SweepOutcome,
): Promise<void> {
  await db
    .update(sweeps)
    .set(outcome)
    .where(and(eq(sweeps.id, sweepId), isNull(sweeps.closedAt)))
}

/**
 * Closes an open sweep and ends its lease. `freeLane` frees its lane.
 * @param when a further condition for closing the sweep
 * @returns whether this call closed the sweep
 */
export async function closeSweepRow(
  tx: Queries,
  sweepId: string,
  changes: Changes & { readonly outcome: string },
  when?: SQL,
): Promise<boolean> {
  const closed = await tx
    .update(sweeps)
    .set({ ...changes, ...noLease, closedAt: sql`now()` })
    .where(and(eq(sweeps.id, sweepId), isNull(sweeps.closedAt), when))
    .returning({ id: sweeps.id })
  return closed.length > 0
}

/**
 * Rewrites the outcome of an open or closed sweep, after a reorg took its transaction back or after
 * an operator adopted another transaction.
 */
export async function correctOutcome(
  tx: Queries,
  sweepId: string,
  changes: Changes,
): Promise<void> {
  await tx.update(sweeps).set(changes).where(eq(sweeps.id, sweepId))
}
