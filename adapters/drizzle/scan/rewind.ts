import { and, eq, exists, gt, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { Rewound } from '../../../domain/scan/scan-store.ts'
import {
  blocks,
  deposits,
  foreignTransactions,
  keeperRefills,
  scanCursors,
  transactions,
} from '../../../drizzle/schema.ts'
import { depositEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { lockCursor } from './cursor.ts'
import { rewindTokens } from './listed-tokens.ts'
import { rewindUnread } from './rewind-unread.ts'
import { takeBackEnded } from './take-back.ts'

/** MONEY 21: everything above the fork point happened on a chain that is not the chain any more. */
export function rewind(
  db: Queries,
  chainId: number,
  fork: { readonly height: bigint; readonly hash: Hash },
  from: Hash,
): Promise<Rewound> {
  return db.transaction(async (tx) => {
    const { finalHeight, hash } = await lockCursor(tx, chainId)
    if (hash !== from) throw new CursorMoved('another scanner has moved the cursor meanwhile')
    // Nothing ends above the final height (lane-watch.ts, `end`). Transactions before deposits, as
    // where a sweep closes.
    const isBelowFinal = finalHeight !== null && fork.height < finalHeight
    const liveAgain = isBelowFinal ? await takeBackEnded(tx, chainId, fork.height) : []
    await tx.delete(blocks).where(and(eq(blocks.chainId, chainId), gt(blocks.number, fork.height)))
    // Below the first block that was ever read the hash itself may have changed.
    await tx
      .update(blocks)
      .set({ hash: fork.hash })
      .where(and(eq(blocks.chainId, chainId), eq(blocks.number, fork.height)))
    const above = and(eq(deposits.chainId, chainId), gt(deposits.blockNumber, fork.height))
    const done = await tx
      .select({ id: deposits.id })
      .from(deposits)
      .where(and(above, eq(deposits.state, 'done')))
    const rows = await tx
      .update(deposits)
      .set({
        state: 'orphaned',
        reason: '',
        detail: '',
        since: sql`now()`,
        confirmedAt: null,
        doubtCleared: null,
        // What had been swept is un-credited too: included again it is handed on, and the sweep
        // that took it is found.
        covered: false,
        eventSeq: sql`${deposits.eventSeq} + 1`,
      })
      .where(and(above, ne(deposits.state, 'orphaned')))
      .returning()
    await owe(
      tx,
      rows.map((row) => depositEvent(row, 'deposit.orphaned')),
    )
    await tx
      .delete(keeperRefills)
      .where(and(eq(keeperRefills.chainId, chainId), gt(keeperRefills.blockNumber, fork.height)))
    await forgetUnseen(tx, liveAgain)
    // What was adopted was final then, and there are no bytes to send again: it stays.
    await tx
      .delete(foreignTransactions)
      .where(
        and(
          eq(foreignTransactions.chainId, chainId),
          gt(foreignTransactions.blockNumber, fork.height),
          isNull(foreignTransactions.adoptedAt),
        ),
      )
    await rewindTokens(tx, chainId, fork.height)
    await rewindUnread(tx, chainId, fork.height)
    await tx
      .update(scanCursors)
      .set({
        height: fork.height,
        hash: fork.hash,
        // least() leaves null out, so that a chain with no final height would get one.
        finalHeight: sql`case when ${scanCursors.finalHeight} > ${fork.height} then ${fork.height} else ${scanCursors.finalHeight} end`,
        walletsHeight: sql`least(${scanCursors.walletsHeight}, ${fork.height})`,
        updatedAt: sql`now()`,
      })
      .where(eq(scanCursors.chainId, chainId))
    return { orphaned: rows.map(({ id }) => id), wereDone: done.map(({ id }) => id), liveAgain }
  })
}

/**
 * A nonce that is ours again: that a stranger had taken it the lane loop had noted, before any
 * block was read.
 */
async function forgetUnseen(tx: Queries, liveAgain: readonly string[]): Promise<void> {
  if (liveAgain.length === 0) return
  const ours = tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        inArray(transactions.key, [...liveAgain]),
        eq(transactions.chainId, foreignTransactions.chainId),
        eq(transactions.sender, foreignTransactions.sender),
        eq(transactions.nonce, foreignTransactions.nonce),
      ),
    )
  await tx
    .delete(foreignTransactions)
    .where(
      and(
        isNull(foreignTransactions.blockNumber),
        isNull(foreignTransactions.adoptedAt),
        exists(ours),
      ),
    )
}
