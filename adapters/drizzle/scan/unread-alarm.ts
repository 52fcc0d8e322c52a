import { and, count, eq, gt, isNotNull, isNull, lte, or, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { unreadAlarmAfterMs, unreadAlarmEveryMs } from '../../../domain/scan/unread.ts'
import type { UnreadAlarm, UnreadFigures } from '../../../domain/scan/unread-store.ts'
import { unreadBlocks, unreadTransactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

const named = 5

const interval = (ms: number) => sql`${ms} * interval '1 millisecond'`

/** Counts the open unread transactions and blocks of a chain, for metrics. */
export async function unreadFigures(db: Queries, chainId: number): Promise<UnreadFigures> {
  const { firstSeenAt, answeredAt } = unreadTransactions
  const age = (at: typeof firstSeenAt | typeof unreadBlocks.firstSeenAt) =>
    sql<number>`coalesce(extract(epoch from now() - min(${at})), 0)::float8`
  const [rows] = await db
    .select({ open: count(), oldest: age(firstSeenAt) })
    .from(unreadTransactions)
    .where(and(eq(unreadTransactions.chainId, chainId), isNull(answeredAt)))
  const [range] = await db
    .select({
      blocks: sql<number>`coalesce(sum(${unreadBlocks.toBlock} - ${unreadBlocks.fromBlock} + 1), 0)::float8`,
      oldest: age(unreadBlocks.firstSeenAt),
    })
    .from(unreadBlocks)
    .where(eq(unreadBlocks.chainId, chainId))
  return {
    open: rows?.open ?? 0,
    blocks: range?.blocks ?? 0,
    oldestSeconds: Math.max(0, rows?.oldest ?? 0, range?.oldest ?? 0),
  }
}

/**
 * Marks the transactions and the range of blocks that have been unread for too long, and returns
 * one alarm for all of them. A range that grew after its alarm is reported again. The next alarm
 * follows only after an interval, so that many unread transactions do not cause many alarms.
 */
export function takeUnreadAlarm(db: Queries, chainId: number): Promise<UnreadAlarm | undefined> {
  return db.transaction(async (tx) => {
    const { chainId: chain, alarmedAt, answeredAt, firstSeenAt, txHash, why } = unreadTransactions
    const range = eq(unreadBlocks.chainId, chainId)
    const lately = sql`now() - ${interval(unreadAlarmEveryMs)}`
    const [recent] = await tx
      .select({ at: alarmedAt })
      .from(unreadTransactions)
      .where(and(eq(chain, chainId), gt(alarmedAt, lately)))
      .unionAll(
        tx
          .select({ at: unreadBlocks.alarmedAt })
          .from(unreadBlocks)
          .where(and(range, gt(unreadBlocks.alarmedAt, lately))),
      )
      .limit(1)
    if (recent) return undefined
    const alarmingSince = sql`now() - ${interval(unreadAlarmAfterMs)}`
    const old = and(
      eq(chain, chainId),
      isNull(alarmedAt),
      isNull(answeredAt),
      lte(firstSeenAt, alarmingSince),
    )
    const rows = await tx
      .update(unreadTransactions)
      .set({ alarmedAt: sql`now()` })
      .where(old)
      .returning({ hash: txHash, why, seen: firstSeenAt })
    const [blocks] = await tx
      .update(unreadBlocks)
      .set({ alarmedAt: sql`now()`, grownAt: null })
      .where(
        and(
          range,
          or(
            and(isNull(unreadBlocks.alarmedAt), lte(unreadBlocks.firstSeenAt, alarmingSince)),
            and(isNotNull(unreadBlocks.alarmedAt), lte(unreadBlocks.grownAt, alarmingSince)),
          ),
        ),
      )
      .returning()
    if (rows.length === 0 && !blocks) return undefined
    rows.sort((a, b) => a.seen.getTime() - b.seen.getTime())
    return {
      count: rows.length,
      hashes: rows.slice(0, named).map(({ hash }) => hash as Hash),
      blocks: blocks && `${blocks.fromBlock} to ${blocks.toBlock}`,
      why: rows[0]?.why ?? blocks?.why ?? '',
    }
  })
}
