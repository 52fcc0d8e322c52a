import { and, eq, inArray, sql } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { JudgedFinal, ScanCursor } from '../../../domain/scan/scan-store.ts'
import { deposits, scanCursors } from '../../../drizzle/schema.ts'
import { lockCursor } from '../cursor.ts'
import { askAboutUnlisted, creditDeposits } from '../deposits/credit-deposits.ts'
import { holdLargeOnes } from '../deposits/holds.ts'
import { takeFromOpenings } from '../deposits/take-from-openings.ts'
import { depositEvent, owe, work } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { dueAt } from './due.ts'

/** A chain with the assets that commit 2 can name in a work message. */
export type ListedAssets = Pick<Chain, 'id' | 'native' | 'tokens'>

/**
 * Maximum number of deposits in one commit, because a backfill of millions of blocks must not
 * become one commit.
 */
const mostPerCommit = 2_000

/**
 * Confirms the final deposits that are due (commit 2), and returns their number. One commit stores
 * a deposit's state, its event and its work message, so that no deposit is confirmed without being
 * handed over. Many deposits take several commits; the last one raises the final height.
 */
export async function confirm(
  db: Queries,
  chain: ListedAssets,
  final: JudgedFinal,
  only?: readonly string[],
): Promise<number> {
  for (let count = 0; ; ) {
    const some = await db.transaction((tx) => confirmSome(tx, chain, final, only))
    count += some
    if (some < mostPerCommit) return count
  }
}

async function confirmSome(
  tx: Queries,
  chain: ListedAssets,
  final: JudgedFinal,
  only?: readonly string[],
): Promise<number> {
  const cursor = await lockCursor(tx, chain.id)
  const height = heightOf(chain, final, cursor)
  if (height === null) return 0
  const due = tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(dueAt(chain.id, height), only && inArray(deposits.id, [...only])))
    .orderBy(deposits.blockNumber, deposits.txIndex, deposits.logOrder)
    .limit(mostPerCommit)
  const rows = await creditDeposits(tx, due)
  await takeFromOpenings(tx, chain.id, rows)
  await owe(
    tx,
    rows.flatMap((row) => {
      const asset = findAsset(chain, row.asset)
      const confirmed = depositEvent(row, 'deposit.confirmed')
      return asset ? [confirmed, work(row, asset)] : [confirmed]
    }),
  )
  await askAboutUnlisted(
    tx,
    rows.filter((row) => !findAsset(chain, row.asset)),
  )
  await holdLargeOnes(tx, chain, rows)
  if (rows.length < mostPerCommit) {
    await tx
      .update(scanCursors)
      .set({
        finalHeight: sql`greatest(${scanCursors.finalHeight}, ${height})`,
        updatedAt: sql`now()`,
      })
      .where(eq(scanCursors.chainId, chain.id))
  }
  return rows.length
}

/**
 * Returns the height up to which deposits may be confirmed. A rewind in between lowers the stored
 * final height too, so the stored height is always consistent with the cursor.
 * @throws CursorMoved when the cursor has moved since the height was judged
 */
function heightOf(chain: ListedAssets, final: JudgedFinal, cursor: ScanCursor): bigint | null {
  if (final === 'stored') return cursor.finalHeight
  if (final.cursor !== cursor.hash) {
    throw new CursorMoved(
      `the cursor of chain ${chain.id} has moved since height ${final.height} was judged`,
    )
  }
  return smallerOf(final.height, cursor.height)
}
