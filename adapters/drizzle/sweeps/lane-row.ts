import { and, eq, isNull, like, type SQL, sql } from 'drizzle-orm'
import { unreadReasonStart } from '../../../domain/lanes/lane-behind.ts'
import { lanes } from '../../../drizzle/schema.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'

// This file has every statement that writes the table `lanes`.

export type LaneRow = typeof lanes.$inferSelect
export type LaneKey = Pick<LaneRow, 'chainId' | 'sender'>

export const isLane = ({ chainId, sender }: LaneKey) =>
  and(eq(lanes.chainId, chainId), eq(lanes.sender, sender))

/** Creates the lane of a sender that has none. A repeat changes nothing. */
export async function enterLane(
  db: Queries,
  { chainId, sender, role, chainNonce }: LaneKey & { role: string; chainNonce: bigint },
): Promise<void> {
  await db
    .insert(lanes)
    .values({ chainId, sender, role, entryNonce: chainNonce, nextNonce: chainNonce })
    .onConflictDoNothing()
}

export async function moveNextNonce(tx: Queries, key: LaneKey, nextNonce: bigint): Promise<void> {
  await tx.update(lanes).set({ nextNonce }).where(isLane(key))
}

/**
 * Gives a wallet's lane to a sweep (MONEY 6). A sweep that already holds the lane keeps its
 * `heldSince`.
 */
export async function holdLane(tx: Queries, lane: LaneRow, sweepId: string): Promise<void> {
  const heldSince = lane.holderSweepId === sweepId ? lane.heldSince : sql`now()`
  await tx.update(lanes).set({ holderSweepId: sweepId, heldSince }).where(isLane(lane))
}

/**
 * Gives the lane to a sweep whose transaction a reorg dropped, unless another sweep holds the lane.
 */
export async function retakeLane(tx: Queries, key: LaneKey, sweepId: string): Promise<void> {
  await tx
    .update(lanes)
    .set({ holderSweepId: sweepId, heldSince: sql`now()` })
    .where(and(isLane(key), isNull(lanes.holderSweepId)))
}

/**
 * Frees the wallet's lane if this sweep holds it.
 * @param when a further condition for freeing the lane
 */
export async function freeLane(
  tx: Queries,
  sweep: Pick<SweepRow, 'id' | 'chainId' | 'wallet'>,
  when?: SQL,
): Promise<void> {
  await tx
    .update(lanes)
    .set({ holderSweepId: null, heldSince: null })
    .where(
      and(
        isLane({ chainId: sweep.chainId, sender: sweep.wallet }),
        eq(lanes.holderSweepId, sweep.id),
        when,
      ),
    )
}

/**
 * Notes the block of the wallet's last mined sweep. The next plan reads balances at this block or
 * later.
 */
export async function noteLastMined(tx: Queries, key: LaneKey, block: bigint): Promise<void> {
  await tx
    .update(lanes)
    .set({ lastMinedBlock: sql`greatest(${lanes.lastMinedBlock}, ${block})` })
    .where(isLane(key))
}

/** Stops all signatures of a sender (MONEY 22). A closed lane keeps its first reason. */
export async function closeLane(tx: Queries, key: LaneKey, reason: string): Promise<void> {
  await tx
    .update(lanes)
    .set({ closedReason: reason, closedAt: sql`now()` })
    .where(and(isLane(key), isNull(lanes.closedReason)))
}

/** Condition for a lane that only an unread transaction closed. */
export const isClosedForUnread = (key: LaneKey) =>
  and(isLane(key), like(lanes.closedReason, `${unreadReasonStart}%`))

/**
 * Gives another reason to a lane that an unread transaction closed, or opens the lane.
 * @param reason why the lane stays closed; undefined opens it
 */
export async function replaceUnreadReason(
  tx: Queries,
  key: LaneKey,
  reason: string | undefined,
): Promise<void> {
  await tx
    .update(lanes)
    .set(reason ? { closedReason: reason } : { closedReason: null, closedAt: null })
    .where(isClosedForUnread(key))
}

/**
 * Opens a lane after its recovery. The next nonce never falls, so a transaction that was signed
 * meanwhile keeps its nonce.
 * @returns the next nonce; undefined if the sender has no lane
 */
export async function reopenLane(
  tx: Queries,
  key: LaneKey,
  nextNonce: bigint,
): Promise<bigint | undefined> {
  const [opened] = await tx
    .update(lanes)
    .set({
      nextNonce: sql`greatest(${lanes.nextNonce}, ${nextNonce})`,
      closedReason: null,
      closedAt: null,
    })
    .where(isLane(key))
    .returning({ nextNonce: lanes.nextNonce })
  return opened?.nextNonce
}
