import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposit.ts'
import type { Claim } from '../../../domain/ports/sweeps.ts'
import { deposits, lanes, sweeps } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { type SweepRow, toSweep } from './rows.ts'

/** PostgreSQL's clock judges leases, because it is the one that all workers share. */
const leaseEnd = (leaseMs: number) => sql`now() + ${leaseMs} * interval '1 millisecond'`

/**
 * MONEY 10 and 6 in one commit: the open sweep of the wallet's asset (found or created), its lease, the wallet's lane.
 * Locks are taken lane first, then sweep, everywhere: two claims can't deadlock.
 */
export async function claimSweep(
  tx: Queries,
  deposit: Deposit,
  holder: string,
  leaseMs: number,
  walletNonce: bigint,
): Promise<Claim> {
  const lane = await lockLane(tx, deposit, walletNonce)
  const open = await lockOpenSweep(tx, deposit)
  if (open && (await drivenByAnother(tx, open, holder))) return { kind: 'driven', sweepId: open.id }
  if (lane.holderSweepId !== null && lane.holderSweepId !== open?.id) {
    return { kind: 'lane-held', sweepId: lane.holderSweepId }
  }
  const sweepId = open?.id ?? (await createSweep(tx, deposit))
  const [row] = await tx
    .update(sweeps)
    .set({ leaseHolder: holder, leaseUntil: leaseEnd(leaseMs) })
    .where(eq(sweeps.id, sweepId))
    .returning()
  if (!row) throw new Error(`sweep ${sweepId} has gone: rows were changed by hand`)
  await tx
    .update(lanes)
    .set({ holderSweepId: sweepId, heldSince: sql`coalesce(${lanes.heldSince}, now())` })
    .where(laneOf(deposit))
  await tx
    .update(deposits)
    .set({ sweepId, lastRunAt: sql`now()` })
    .where(eq(deposits.id, deposit.id))
  return { kind: 'mine', sweep: toSweep(row), lastMinedBlock: lane.lastMinedBlock }
}

/** false when the lease went to somebody else, or the sweep is closed. */
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

const laneOf = (deposit: Deposit) =>
  and(eq(lanes.chainId, deposit.chainId), eq(lanes.sender, deposit.wallet))

async function lockLane(tx: Queries, deposit: Deposit, walletNonce: bigint) {
  await tx
    .insert(lanes)
    .values({
      chainId: deposit.chainId,
      sender: deposit.wallet,
      role: 'wallet',
      entryNonce: walletNonce,
      nextNonce: walletNonce,
    })
    .onConflictDoNothing()
  const [lane] = await tx.select().from(lanes).where(laneOf(deposit)).for('update')
  if (!lane) throw new Error(`the lane of ${deposit.wallet} has gone: rows were changed by hand`)
  return lane
}

async function lockOpenSweep(tx: Queries, deposit: Deposit): Promise<SweepRow | undefined> {
  const [open] = await tx
    .select()
    .from(sweeps)
    .where(
      and(
        eq(sweeps.chainId, deposit.chainId),
        eq(sweeps.wallet, deposit.wallet),
        eq(sweeps.asset, deposit.asset),
        isNull(sweeps.closedAt),
      ),
    )
    .for('update')
  return open
}

async function drivenByAnother(tx: Queries, open: SweepRow, holder: string): Promise<boolean> {
  if (open.leaseHolder === null || open.leaseHolder === holder) return false
  const [alive] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(eq(sweeps.id, open.id), sql`${sweeps.leaseUntil} > now()`))
  return alive !== undefined
}

async function createSweep(tx: Queries, deposit: Deposit): Promise<string> {
  const [created] = await tx
    .insert(sweeps)
    .values({ chainId: deposit.chainId, wallet: deposit.wallet, asset: deposit.asset })
    .returning({ id: sweeps.id })
  if (!created) throw new Error('the sweep was not stored')
  return created.id
}
