import { and, eq, gt, inArray, lt, ne, or, type SQLWrapper, sql } from 'drizzle-orm'
import { deposits, openingBalances } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { orphanOpeningsAbove } from './openings.ts'
import { chainOrder, type DepositRow, inChainOrder } from './rows.ts'

// This file has the scanner's changes of a deposit's state: confirming, credited, needs-attention
// for an unlisted asset, and orphaned by a reorg.

/**
 * Sets deposits below the newest block to `confirming`, because they have at least one
 * confirmation.
 */
export async function startConfirming(tx: Queries, chainId: number, newest: bigint): Promise<void> {
  await tx
    .update(deposits)
    .set({ state: 'confirming', since: sql`now()` })
    .where(
      and(
        eq(deposits.state, 'detected'),
        eq(deposits.chainId, chainId),
        lt(deposits.blockNumber, newest),
      ),
    )
}

/**
 * Credits final deposits. This raises the sequence number of their events; the caller adds the
 * events to the outbox.
 * @param due query of the deposits' ids
 * @returns the deposits' rows in chain order
 */
export async function creditDeposits(tx: Queries, due: SQLWrapper): Promise<DepositRow[]> {
  const rows = await tx
    .update(deposits)
    .set({
      state: 'waiting',
      reason: 'queued',
      detail: '',
      since: sql`now()`,
      confirmedAt: sql`now()`,
      eventSeq: sql`${deposits.eventSeq} + 1`,
    })
    .where(inArray(deposits.id, due))
    .returning()
  return rows.sort(inChainOrder)
}

/**
 * Marks credited deposits that leave with the sweep of others of their wallet and asset. `adopt`
 * starts their runs if nothing drives the asset later.
 */
export async function joinSweeps(tx: Queries, ids: readonly string[]): Promise<void> {
  for (const part of chunks(ids))
    await tx.update(deposits).set({ reason: 'joint-sweep' }).where(inArray(deposits.id, part))
}

/**
 * Sets `needs-attention` for deposits whose asset was removed from the configuration before they
 * were final. These deposits stay credited and visible, but no sweep moves an asset without symbol,
 * decimals and minimum. An operator lists the asset again or leaves the deposit unswept.
 */
export async function askAboutUnlisted(
  tx: Queries,
  unlisted: readonly DepositRow[],
): Promise<void> {
  for (const part of chunks(unlisted)) {
    const ids = part.map(({ id }) => id)
    const detail =
      'its asset is no longer in the configuration: list it again, approve it, then retry'
    const rows = await tx
      .update(deposits)
      .set({
        state: 'needs-attention',
        reason: 'unlisted-asset',
        detail,
        eventSeq: sql`${deposits.eventSeq} + 1`,
      })
      .where(inArray(deposits.id, ids))
      .returning()
    const reason = 'unlisted-asset'
    await owe(
      tx,
      rows.map((row) => depositEvent(row, 'sweep.needs-attention', { reason, detail })),
    )
  }
}

/**
 * Orphans the deposits above the fork point of a reorg (MONEY 21).
 * @returns the deposits' ids, and the ids of the deposits that were `done` before
 */
export async function orphanAbove(
  tx: Queries,
  chainId: number,
  height: bigint,
): Promise<{ readonly orphaned: readonly string[]; readonly wereDone: readonly string[] }> {
  const above = and(eq(deposits.chainId, chainId), gt(deposits.blockNumber, height))
  // An array, because PostgreSQL uses an index for both conditions of the `or` then.
  const isOpeningAbove = sql`${deposits.id} = any(array(select ${openingBalances.depositId}
    from ${openingBalances} where ${openingBalances.chainId} = ${chainId}
      and ${openingBalances.blockNumber} > ${height}))`
  const before = await tx
    .select({ id: deposits.id, state: deposits.state, blockNumber: deposits.blockNumber })
    .from(deposits)
    .where(and(or(above, isOpeningAbove), ne(deposits.state, 'orphaned')))
    .orderBy(...chainOrder)
    .for('update')
  const rows = await tx
    .update(deposits)
    .set({
      state: 'orphaned',
      reason: '',
      detail: '',
      since: sql`now()`,
      confirmedAt: null,
      doubtCleared: null,
      // The order was about the removed block.
      dustOrderId: null,
      // A swept deposit loses its coverage too. When the chain includes the deposit again, it is
      // confirmed again, and the plan finds the sweep that moved it.
      covered: false,
      eventSeq: sql`${deposits.eventSeq} + 1`,
    })
    .where(and(above, ne(deposits.state, 'orphaned')))
    .returning()
  await owe(
    tx,
    rows.map((row) => depositEvent(row, 'deposit.orphaned')),
  )
  const openings = await orphanOpeningsAbove(tx, chainId, height)
  return {
    orphaned: [...rows.map(({ id }) => id), ...openings],
    wereDone: before.flatMap(({ id, state, blockNumber }) =>
      state === 'done' && blockNumber > height ? [id] : [],
    ),
  }
}
