import { and, eq, inArray, lte, sql } from 'drizzle-orm'
import { type Chain, findAsset } from '../../../domain/chain.ts'
import { deposits, scanCursors } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { chunks } from './chunks.ts'
import { lockCursor } from './cursor.ts'
import { depositEvent, owe, work } from './events.ts'

/** What commit 2 needs to name an asset in a work message. */
export type ListedAssets = Pick<Chain, 'id' | 'native' | 'tokens'>

type DepositRow = typeof deposits.$inferSelect

/** Commit 2: state, event and hand-over of each deposit in one commit, so that none is confirmed without being handed on. */
export function confirm(db: Queries, chain: ListedAssets, finalHeight: bigint): Promise<number> {
  return db.transaction(async (tx) => {
    const cursor = await lockCursor(tx, chain.id)
    const height = finalHeight < cursor.height ? finalHeight : cursor.height
    const rows = await tx
      .update(deposits)
      .set({
        state: 'waiting',
        reason: 'queued',
        since: sql`now()`,
        confirmedAt: sql`now()`,
        eventSeq: sql`${deposits.eventSeq} + 1`,
      })
      .where(
        and(
          eq(deposits.chainId, chain.id),
          inArray(deposits.state, ['detected', 'confirming']),
          lte(deposits.blockNumber, height),
        ),
      )
      .returning()
    rows.sort(inChainOrder)
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
    await tx
      .update(scanCursors)
      .set({
        finalHeight: sql`greatest(${scanCursors.finalHeight}, ${height})`,
        updatedAt: sql`now()`,
      })
      .where(eq(scanCursors.chainId, chain.id))
    return rows.length
  })
}

function inChainOrder(a: DepositRow, b: DepositRow): number {
  if (a.blockNumber !== b.blockNumber) return a.blockNumber < b.blockNumber ? -1 : 1
  return a.txIndex - b.txIndex || a.logOrder - b.logOrder
}

/**
 * Listed when it was seen, taken from the configuration before it was final. It stays credited and visible, and nothing
 * sweeps what has no symbol, decimals and minimum: a person lists it again or lets it be.
 */
async function askAboutUnlisted(tx: Queries, unlisted: readonly DepositRow[]): Promise<void> {
  for (const part of chunks(unlisted)) {
    const ids = part.map(({ id }) => id)
    const detail = 'its asset is not in the configuration any more: list it again, then retry'
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
