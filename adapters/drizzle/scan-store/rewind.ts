import { and, eq, gt, isNull, notInArray, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import {
  blocks,
  deposits,
  foreignTransactions,
  keeperRefills,
  scanCursors,
} from '../../../drizzle/schema.ts'
import { depositEvent, owe } from '../events.ts'
import type { Queries } from '../queries.ts'
import { lockCursor } from './cursor.ts'

/** MONEY 21: everything above the fork point happened on a chain that is not the chain any more. */
export function rewind(
  db: Queries,
  chainId: number,
  fork: { readonly height: bigint; readonly hash: Hash },
): Promise<{ readonly orphaned: readonly string[]; readonly doneAbove: readonly string[] }> {
  return db.transaction(async (tx) => {
    await lockCursor(tx, chainId)
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
        eventSeq: sql`${deposits.eventSeq} + 1`,
      })
      .where(and(above, notInArray(deposits.state, ['done', 'orphaned'])))
      .returning()
    await owe(
      tx,
      rows.map((row) => depositEvent(row, 'deposit.orphaned')),
    )
    await tx
      .delete(keeperRefills)
      .where(and(eq(keeperRefills.chainId, chainId), gt(keeperRefills.blockNumber, fork.height)))
    // What was adopted was final then: it stays, as `done` deposits do.
    await tx
      .delete(foreignTransactions)
      .where(
        and(
          eq(foreignTransactions.chainId, chainId),
          gt(foreignTransactions.blockNumber, fork.height),
          isNull(foreignTransactions.adoptedAt),
        ),
      )
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
    return { orphaned: rows.map(({ id }) => id), doneAbove: done.map(({ id }) => id) }
  })
}
