import { and, eq, lte, sql } from 'drizzle-orm'
import { largerOf, smallerOf } from '../../../domain/amount.ts'
import type { Finds } from '../../../domain/scan/scan-store.ts'
import { nextUnreadTrySeconds, type SeenUnread } from '../../../domain/scan/unread.ts'
import { unreadBlocks } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * Adds the blocks of unread transactions above the cap, which get no rows, to the chain's one range
 * of unread blocks.
 */
export async function joinUnreadBlocks(
  tx: Queries,
  chainId: number,
  left: readonly SeenUnread[],
): Promise<void> {
  const [first] = left
  if (!first) return
  const heights = left.map(({ blockNumber }) => blockNumber)
  const from = heights.reduce(smallerOf)
  const to = heights.reduce(largerOf)
  const { fromBlock, toBlock, transactions, tries, grownAt } = unreadBlocks
  const isInside = sql`${fromBlock} <= ${from} and ${toBlock} >= ${to}`
  const pause = (n: number) => sql`now() + ${nextUnreadTrySeconds(n)} * interval '1 second'`
  const [known] = await tx
    .select({ tries })
    .from(unreadBlocks)
    .where(and(eq(unreadBlocks.chainId, chainId), isInside))
  const row = { fromBlock: from, toBlock: to, transactions: left.length, why: first.why }
  await tx
    .insert(unreadBlocks)
    .values({ chainId, ...row, nextTryAt: pause(2) })
    .onConflictDoUpdate({
      target: [unreadBlocks.chainId],
      set: known
        ? // The blocks were read again without success.
          { why: first.why, tries: known.tries + 1, nextTryAt: pause(known.tries + 1) }
        : {
            fromBlock: sql`least(${fromBlock}, ${from})`,
            toBlock: sql`greatest(${toBlock}, ${to})`,
            transactions: sql`${transactions} + ${left.length}`,
            why: first.why,
            grownAt: sql`coalesce(${grownAt}, now())`,
          },
    })
}

/**
 * Shortens the range at its lower end: removes the blocks that were read again. Call this function
 * only if no transaction of these blocks is above the cap.
 */
export async function leaveUnreadBlocks(
  tx: Queries,
  chainId: number,
  reread: NonNullable<Finds['reread']>,
): Promise<void> {
  const [first, last] = [reread[0], reread.at(-1)]
  if (!first || !last) return
  const { fromBlock, toBlock } = unreadBlocks
  const begins = and(
    eq(unreadBlocks.chainId, chainId),
    sql`${fromBlock} between ${first.number} and ${last.number}`,
  )
  await tx.delete(unreadBlocks).where(and(begins, lte(toBlock, last.number)))
  await tx
    .update(unreadBlocks)
    .set({ fromBlock: last.number + 1n, tries: 2, nextTryAt: sql`now()` })
    .where(begins)
}
