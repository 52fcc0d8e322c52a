import { and, eq, inArray, lte, ne, sql } from 'drizzle-orm'
import type {
  BackingNote,
  BackingStore,
  QuestionedCredit,
  WalletToken,
} from '../../../domain/deposits/backing-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'
import { levels, sweptIn, walletRows } from './backing-levels.ts'
import { inDoubt, unconfirmed } from './doubts.ts'
import { countAlike } from './match-rows.ts'

/**
 * The credit's backing is unread or short, and no operator has approved the credit. Such a
 * credit must not be confirmed before it is judged.
 */
export const isUnjudged = sql`(coalesce(${deposits.backing}, '') in ('unread', 'short')
  and ${deposits.doubtCleared} is distinct from 'unbacked')`

/** The doubt `unbacked` about the deposit is open. */
export const isUnbacked = sql<boolean>`(${inDoubt} and ${deposits.doubt} = 'unbacked')`
const key = { wallet: deposits.wallet, asset: deposits.asset }

/** Creates the store of the facts that decide whether a balance backs a token credit (MONEY 24). */
export function createBackingStore(db: Queries): BackingStore {
  return {
    async unjudged(chainId, height, limit) {
      const rows = await db
        .select(key)
        .from(deposits)
        .where(
          and(
            eq(deposits.chainId, chainId),
            sql`${deposits.backing} in ('unread', 'short')`,
            sql`${deposits.state} in ('detected', 'confirming')`,
            isUnjudged,
            sql`not ${inDoubt}`,
            lte(deposits.blockNumber, height),
          ),
        )
        .groupBy(deposits.wallet, deposits.asset)
        .orderBy(sql`min(${deposits.blockNumber})`, deposits.wallet, deposits.asset)
        .limit(limit)
      return rows as WalletToken[]
    },
    async unbacked(chainId, after, limit) {
      const follows =
        after && sql`(${deposits.wallet}, ${deposits.asset}) > (${after.wallet}, ${after.asset})`
      const rows = await db
        .selectDistinct(key)
        .from(deposits)
        .where(and(eq(deposits.chainId, chainId), isUnbacked, follows))
        .orderBy(deposits.wallet, deposits.asset)
        .limit(limit)
      return rows as WalletToken[]
    },
    questioned: (chainId, of, height) => questioned(db, chainId, of, height),
    alike: (ids) => countAlike(db, ids),
    levels: (chainId, of, height, judgedTo) => levels(db, chainId, of, { height, judgedTo }),
    async creditsInBlock(chainId, { wallet, asset }, block) {
      const credits = await db
        .select({ id: deposits.id, amount: deposits.amount })
        .from(deposits)
        .where(
          and(
            eq(deposits.chainId, chainId),
            eq(deposits.wallet, wallet),
            eq(deposits.asset, asset),
            eq(deposits.blockHash, block),
            ne(deposits.state, 'orphaned'),
          ),
        )
        .orderBy(deposits.txIndex, deposits.logOrder)
      return { credits, swept: await sweptIn(db, chainId, { wallet, asset }, block) }
    },
    async noteBacking(notes) {
      for (const part of chunks(notes)) await note(db, part)
    },
    async unbackedAssets(chainId) {
      const rows = await db
        .select({
          asset: deposits.asset,
          deposits: sql<number>`count(*)::int`,
          amount: sql<string>`sum(${deposits.amount})::text`,
          since: sql<string>`min(${deposits.since})`,
        })
        .from(deposits)
        .where(and(eq(deposits.chainId, chainId), isUnbacked))
        .groupBy(deposits.asset)
      return rows.map((row) => ({
        ...row,
        amount: BigInt(row.amount),
        since: new Date(row.since),
      }))
    },
  }
}

async function questioned(
  db: Queries,
  chainId: number,
  of: readonly WalletToken[],
  height: bigint,
): Promise<readonly QuestionedCredit[]> {
  if (of.length === 0) return []
  const rows = await db
    .select({ row: deposits, isUnbacked })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, chainId),
        inArray(deposits.state, unconfirmed),
        sql`(${isUnbacked} or (${isUnjudged} and not ${inDoubt}))`,
        sql`(${deposits.wallet}, ${deposits.asset}) in (select p.wallet, p.asset from ${walletRows(of)})`,
        lte(deposits.blockNumber, height),
      ),
    )
    .orderBy(deposits.blockNumber, deposits.txIndex, deposits.logOrder)
  return rows.map(({ row, isUnbacked: open }) => ({
    ...(row as Omit<QuestionedCredit, 'isUnbacked'>),
    isUnbacked: open,
  }))
}

/**
 * Writes up to a thousand notes in one statement, because a hostile token may log that many credits
 * in one block.
 */
async function note(db: Queries, notes: readonly BackingNote[]): Promise<void> {
  const rows = notes.map(({ id, backing, balanceChange, loggedOut, doubt }) => ({
    id,
    backing,
    balance_change: balanceChange?.toString() ?? null,
    logged_out: loggedOut?.toString() ?? null,
    reason: doubt?.reason ?? '',
    detail: doubt?.detail ?? '',
  }))
  const opens = sql`n.reason = 'unbacked'`
  await db.execute(sql`
    update deposits d set
      backing = n.backing, balance_change = n.balance_change, logged_out = n.logged_out,
      state = 'confirming', reason = n.reason, detail = n.detail,
      doubt = case when ${opens} then 'unbacked' when d.doubt = 'unbacked' then null else d.doubt end,
      since = case when d.reason = n.reason then d.since else now() end
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as n(id text, backing text,
      balance_change numeric, logged_out numeric, reason text, detail text)
    where d.id = n.id and d.state in ('detected', 'confirming')
      and d.doubt_cleared is distinct from 'unbacked'
      and not (d.state = 'confirming' and d.doubt is not null and d.doubt <> 'unbacked'
        and d.doubt is distinct from d.doubt_cleared)`)
}
