import { and, eq, gt, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { Rewound } from '../../../domain/scan/scan-store.ts'
import { blocks, scanCursors } from '../../../drizzle/schema.ts'
import { lockCursor } from '../cursor.ts'
import { orphanAbove } from '../deposits/credit-deposits.ts'
import { forgetRefillsAbove } from '../keeper/store-refills.ts'
import { forgetExternalAbove, forgetUsedNonces } from '../lanes/external-transactions.ts'
import { takeBackEnded } from '../lanes/take-back-ended.ts'
import type { Queries } from '../queries.ts'
import { rewindTokens } from './listed-tokens.ts'
import { rewindUnread } from './rewind-unread.ts'

/**
 * Rewinds the cursor to the fork point and removes all data of the blocks above it, because these
 * blocks are no longer canonical (MONEY 21).
 */
export function rewind(
  db: Queries,
  chainId: number,
  fork: { readonly height: bigint; readonly hash: Hash },
  from: Hash,
): Promise<Rewound> {
  return db.transaction(async (tx) => {
    const { finalHeight, hash } = await lockCursor(tx, chainId)
    if (hash !== from) throw new CursorMoved('another scanner has moved the cursor meanwhile')
    // No transaction ends above the final height (lane-tracking.ts, `end`), so only a fork below it
    // makes ended transactions live again. Transactions are updated before deposits, as in the
    // commit that closes a sweep.
    const isBelowFinal = finalHeight !== null && fork.height < finalHeight
    const liveAgain = isBelowFinal ? await takeBackEnded(tx, chainId, fork.height) : []
    await tx.delete(blocks).where(and(eq(blocks.chainId, chainId), gt(blocks.number, fork.height)))
    // The fork point may be the block below the first block that was ever read. Its hash may have
    // changed.
    await tx
      .update(blocks)
      .set({ hash: fork.hash })
      .where(and(eq(blocks.chainId, chainId), eq(blocks.number, fork.height)))
    const { orphaned, wereDone } = await orphanAbove(tx, chainId, fork.height)
    await forgetRefillsAbove(tx, chainId, fork.height)
    await forgetUsedNonces(tx, liveAgain)
    await forgetExternalAbove(tx, chainId, fork.height)
    await rewindTokens(tx, chainId, fork.height)
    await rewindUnread(tx, chainId, fork.height)
    await tx
      .update(scanCursors)
      .set({
        height: fork.height,
        hash: fork.hash,
        // With `least()`, which ignores null, a chain without a final height would get one here.
        finalHeight: sql`case when ${scanCursors.finalHeight} > ${fork.height} then ${fork.height} else ${scanCursors.finalHeight} end`,
        walletsHeight: sql`least(${scanCursors.walletsHeight}, ${fork.height})`,
        updatedAt: sql`now()`,
      })
      .where(eq(scanCursors.chainId, chainId))
    return { orphaned, wereDone, liveAgain }
  })
}
