import { and, asc, eq, inArray, isNotNull, isNull } from 'drizzle-orm'
import { deposits, lanes, sweeps } from '../../../drizzle/schema.ts'
import type { DepositRow, SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'
import { isLane, type LaneKey, type LaneRow } from './lane-row.ts'

// The lock order for every commit that needs more than one of these rows: lane, sweep, deposit. Two
// commits in this order cannot deadlock, and the rows that a commit has read stay unchanged. Lanes
// are locked by address, sweeps and deposits in chain order. The scanner's cursor comes first.

export async function lockLane(tx: Queries, key: LaneKey): Promise<LaneRow | undefined> {
  const [lane] = await tx.select().from(lanes).where(isLane(key)).for('update')
  return lane
}

/** Locks the lanes of several senders, in one order, so that two such commits cannot deadlock. */
export async function lockLanes(
  tx: Queries,
  chainId: number,
  senders: readonly string[],
): Promise<void> {
  await tx
    .select({ sender: lanes.sender })
    .from(lanes)
    .where(and(eq(lanes.chainId, chainId), inArray(lanes.sender, [...senders])))
    .orderBy(asc(lanes.sender))
    .for('update')
}

/** Locks a sweep. The caller already holds the lock of the sweep's lane. */
export async function lockSweep(tx: Queries, sweepId: string): Promise<SweepRow | undefined> {
  const [sweep] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId)).for('update')
  return sweep
}

/**
 * Locks the open sweep of the wallet's asset. The caller already holds the lock of the wallet's
 * lane.
 */
export async function lockOpenSweep(tx: Queries, at: WalletAsset): Promise<SweepRow | undefined> {
  const [open] = await tx
    .select()
    .from(sweeps)
    .where(and(isOfAsset(sweeps, at), isNull(sweeps.closedAt)))
    .for('update')
  return open
}

/**
 * Locks the sweeps that moved a wallet's asset, in chain order, so that two late deposits never use
 * room that is enough for only one of them. The caller already holds the lock of the wallet's lane.
 */
export async function lockRecordedSweeps(tx: Queries, at: WalletAsset): Promise<void> {
  await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(isOfAsset(sweeps, at), eq(sweeps.outcome, 'swept'), isNotNull(sweeps.blockNumber)))
    .orderBy(asc(sweeps.blockNumber), asc(sweeps.txIndex))
    .for('update')
}

/**
 * Locks a sweep's lane, then the sweep. The commit waits for a signature that is in progress, so
 * its later statements see that signature.
 */
export async function lockLaneAndSweep(
  tx: Queries,
  sweepId: string,
): Promise<SweepRow | undefined> {
  const [seen] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId))
  if (!seen) return undefined
  await lockLane(tx, { chainId: seen.chainId, sender: seen.wallet })
  return await lockSweep(tx, sweepId)
}

export interface LockedDeposit {
  readonly row: DepositRow
  /** The open sweep of the deposit's wallet and asset, whichever run drives it. */
  readonly openSweep: SweepRow | undefined
}

/** Locks the wallet's lane, then the open sweep of the asset, then the deposit. */
export async function lockDeposit(tx: Queries, id: string): Promise<LockedDeposit | undefined> {
  const [seen] = await tx.select().from(deposits).where(eq(deposits.id, id))
  if (!seen) return undefined
  await lockLane(tx, { chainId: seen.chainId, sender: seen.wallet })
  const openSweep = await lockOpenSweep(tx, seen)
  const [row] = await tx.select().from(deposits).where(eq(deposits.id, id)).for('update')
  return row && { row, openSweep }
}
