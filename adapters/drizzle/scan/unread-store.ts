import { and, asc, eq, inArray, isNull, lte, max, min, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { nextUnreadTrySeconds } from '../../../domain/scan/unread.ts'
import type { DueUnread, UnreadStore } from '../../../domain/scan/unread-store.ts'
import { unreadBlocks, unreadTransactions } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'
import { takeUnreadAlarm, unreadFigures } from './unread-alarm.ts'

/** Creates the store of the background reader of unread transactions, and of its alarm. */
export function createUnreadStore(db: Queries): UnreadStore {
  return {
    dueUnread: (chainId, limit) => dueUnread(db, chainId, limit),
    noteUnreadTry: (chainId, block, why) => noteUnreadTry(db, chainId, block, why),
    unreadAmong: (chainId, found) => unreadAmong(db, chainId, found),
    unreadFigures: (chainId) => unreadFigures(db, chainId),
    takeUnreadAlarm: (chainId) => takeUnreadAlarm(db, chainId),
  }
}

async function unreadAmong(
  db: Queries,
  chainId: number,
  found: Parameters<UnreadStore['unreadAmong']>[1],
): Promise<ReadonlySet<Hash>> {
  const { chainId: chain, txHash } = unreadTransactions
  const unread = new Set<Hash>()
  for (const part of chunks(found)) {
    const hashes = part.map(({ transactionHash }) => transactionHash)
    const rows = await db
      .select({ txHash })
      .from(unreadTransactions)
      .where(and(eq(chain, chainId), inArray(txHash, hashes)))
    for (const row of rows) unread.add(row.txHash as Hash)
  }
  const [range] = await db.select().from(unreadBlocks).where(eq(unreadBlocks.chainId, chainId))
  for (const { transactionHash, blockNumber } of found) {
    if (range && blockNumber >= range.fromBlock && blockNumber <= range.toBlock)
      unread.add(transactionHash)
  }
  return unread
}

async function dueUnread(
  db: Queries,
  chainId: number,
  limit: number,
): Promise<readonly DueUnread[]> {
  const {
    chainId: chain,
    txHash,
    blockNumber,
    blockHash,
    tries,
    nextTryAt,
    answeredAt,
  } = unreadTransactions
  const rows = await db
    .select({
      blockNumber,
      blockHash,
      tries: max(tries),
      hashes: sql<string>`string_agg(${txHash}, ' ')`,
    })
    .from(unreadTransactions)
    .where(and(eq(chain, chainId), isNull(answeredAt), lte(nextTryAt, sql`now()`)))
    .groupBy(blockNumber, blockHash)
    .orderBy(asc(min(nextTryAt)), asc(blockNumber))
    .limit(limit)
  const due: DueUnread[] = rows.map((row) => ({
    blockNumber: row.blockNumber,
    blockHash: row.blockHash as Hash,
    transactions: row.hashes.split(' ') as Hash[],
    tries: row.tries ?? 2,
  }))
  const [range] = await db
    .select()
    .from(unreadBlocks)
    .where(and(eq(unreadBlocks.chainId, chainId), lte(unreadBlocks.nextTryAt, sql`now()`)))
  return range
    ? [
        ...due,
        {
          blockNumber: range.fromBlock,
          blockHash: undefined,
          transactions: [],
          tries: range.tries,
        },
      ]
    : due
}

/**
 * Counts one more failed try of a block's unread transactions. If another commit has read or
 * rewound a row meanwhile, the row no longer exists and is not restored.
 */
async function noteUnreadTry(
  db: Queries,
  chainId: number,
  { blockNumber, blockHash, tries }: DueUnread,
  why: string,
): Promise<void> {
  const tried = {
    why,
    tries: tries + 1,
    nextTryAt: sql`now() + ${nextUnreadTrySeconds(tries + 1)} * interval '1 second'`,
  }
  if (blockHash === undefined) {
    await db.update(unreadBlocks).set(tried).where(eq(unreadBlocks.chainId, chainId))
    return
  }
  const { chainId: chain, answeredAt } = unreadTransactions
  await db
    .update(unreadTransactions)
    .set({ ...tried, triedAt: sql`now()` })
    .where(
      and(
        eq(chain, chainId),
        eq(unreadTransactions.blockNumber, blockNumber),
        eq(unreadTransactions.blockHash, blockHash),
        isNull(answeredAt),
      ),
    )
}
