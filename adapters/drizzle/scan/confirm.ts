import { and, eq, inArray, sql } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import type { ListedAsset } from '../../../domain/chains/asset.ts'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { JudgedFinal, ScanCursor } from '../../../domain/scan/scan-store.ts'
import { deposits, scanCursors } from '../../../drizzle/schema.ts'
import { lockCursor } from '../cursor.ts'
import { askAboutUnlisted, creditDeposits, joinSweeps } from '../deposits/credit-deposits.ts'
import { holdLargeOnes } from '../deposits/holds.ts'
import type { DepositRow } from '../deposits/rows.ts'
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
 * the state, the event and the work message of a deposit, so that no deposit is confirmed without
 * being handed over. Many deposits take several commits; the last one raises the final height.
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
  const isHandedOver = chooseDrivers()
  const joint: string[] = []
  await takeFromOpenings(tx, chain.id, rows)
  await owe(
    tx,
    rows.flatMap((row) => {
      const asset = findAsset(chain, row.asset)
      const confirmed = depositEvent(row, 'deposit.confirmed')
      if (!asset) return [confirmed]
      if (isHandedOver(row, asset)) return [confirmed, work(row, asset)]
      joint.push(row.id)
      return [confirmed]
    }),
  )
  await joinSweeps(tx, joint)
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

/** Deposits of one wallet and asset in one commit that get runs; one sweep takes all of them. */
const mostRuns = 16

/**
 * Returns a function that chooses the deposits of a commit that get a work message, and so a run.
 * The first deposit of a wallet and asset below the minimum stands for the others (MONEY 15), and
 * the first 16 others for the rest. A flood of deposits would otherwise hold up the messages of
 * other wallets. A deposit that is held has its own run, which waits for the operator.
 */
function chooseDrivers() {
  const runs = new Map<string, number>()
  return ({ amount, wallet, asset, heldAt }: DepositRow, listed: ListedAsset): boolean => {
    const { min, approveAbove } = listed
    if (heldAt !== null || (approveAbove !== undefined && amount >= approveAbove)) return true
    const isSmall = amount < min
    const key = `${wallet} ${asset} ${isSmall}`
    const known = runs.get(key) ?? 0
    runs.set(key, known + 1)
    return known < (isSmall ? 1 : mostRuns)
  }
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
