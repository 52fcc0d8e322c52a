import { and, count, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Finds, ScanCursor, Stored } from '../../../domain/scan/scan-store.ts'
import {
  nextUnreadTrySeconds,
  openUnreadRows,
  type SeenUnread,
} from '../../../domain/scan/unread.ts'
import { unreadTransactions } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'
import { reopenUnreadLanes } from '../sweeps/lane-closing.ts'
import { keepOurTime } from './judge-own-transactions.ts'
import { joinUnreadBlocks, leaveUnreadBlocks } from './unread-blocks.ts'

type StoredUnread = Pick<Stored, 'unread' | 'unreadAboveCap' | 'readAtLast'>

/**
 * Part of commit 1: updates the rows of transactions that could not be read. If a late read has
 * succeeded, the rows of its transactions are deleted in the commit that stores their deposits. A
 * transaction that cannot be read gets a row, or one more try in its row. For transactions above
 * the cap, only their blocks are stored, in one range per chain.
 */
export async function storeUnread(
  tx: Queries,
  cursor: ScanCursor,
  chainId: number,
  { unread, reread = [], readWhole = [] }: Finds,
): Promise<StoredUnread> {
  const readAtLast = await forgetRead(tx, chainId, unread, { reread, readWhole })
  const known = await knownOf(tx, chainId, unread)
  const again = unread.filter(({ hash, blockHash }) => known.get(hash)?.blockHash === blockHash)
  await noteTries(tx, chainId, again, (hash) => known.get(hash)?.tries ?? 2)
  // The receipts of `untraced` transactions have been read by now, and only the traces are unread.
  // The lanes of the senders may open.
  const told = again.flatMap(({ untraced, sender }) => (untraced && sender ? [sender] : []))
  await reopenUnreadLanes(tx, chainId, told)
  const fresh = unread.filter((one) => !again.includes(one))
  const kept = fresh.length === 0 ? [] : await withinCap(tx, chainId, fresh)
  await insertRows(tx, cursor, chainId, kept)
  const left = fresh.filter((one) => !kept.includes(one))
  await joinUnreadBlocks(tx, chainId, left)
  if (left.length === 0) await leaveUnreadBlocks(tx, chainId, reread)
  return { unread: kept, unreadAboveCap: left.length, readAtLast }
}

/**
 * Deletes the open rows of transactions that were read now. A transaction that the block or the
 * search did not return this time keeps its row. Returns the hashes of the deleted rows.
 */
async function forgetRead(
  tx: Queries,
  chainId: number,
  unread: readonly SeenUnread[],
  { reread, readWhole }: Required<Pick<Finds, 'reread' | 'readWhole'>>,
): Promise<readonly Hash[]> {
  const { chainId: chain, txHash, blockHash, answeredAt, sender } = unreadTransactions
  const still = new Set(unread.map(({ hash }) => hash))
  const blocks = reread.map(({ hash }) => hash)
  const gone: { hash: string; sender: string | null }[] = []
  for (const part of chunks(readWhole.filter((hash) => !still.has(hash)))) {
    const rows = await tx
      .delete(unreadTransactions)
      .where(
        and(
          eq(chain, chainId),
          inArray(txHash, part),
          inArray(blockHash, blocks),
          isNull(answeredAt),
        ),
      )
      .returning({ hash: txHash, sender })
    gone.push(...rows)
  }
  const senders = gone.flatMap((row) => (row.sender ? [row.sender as Address] : []))
  await reopenUnreadLanes(tx, chainId, senders)
  return gone.map(({ hash }) => hash as Hash)
}

async function knownOf(tx: Queries, chainId: number, unread: readonly SeenUnread[]) {
  const known = new Map<string, { blockHash: string; tries: number }>()
  const { chainId: chain, txHash: hash, blockHash, tries } = unreadTransactions
  for (const part of chunks(unread)) {
    const rows = await tx
      .select({ hash, blockHash, tries })
      .from(unreadTransactions)
      .where(
        and(
          eq(chain, chainId),
          inArray(
            hash,
            part.map((one) => one.hash),
          ),
        ),
      )
    for (const { hash: key, ...row } of rows) known.set(key, row)
  }
  return known
}

/**
 * Counts the failed tries. One statement updates all transactions that failed alike, so that a
 * flood of transactions does not delay the commit.
 */
async function noteTries(
  tx: Queries,
  chainId: number,
  again: readonly SeenUnread[],
  triesOf: (hash: Hash) => number,
): Promise<void> {
  const alike = new Map<string, SeenUnread[]>()
  for (const one of again) {
    const key = `${triesOf(one.hash)} ${one.untraced ?? false} ${one.why}`
    alike.set(key, [...(alike.get(key) ?? []), one])
  }
  for (const group of alike.values()) {
    const [first] = group
    if (!first) continue
    const tries = triesOf(first.hash) + 1
    const tried = {
      why: first.why,
      tries,
      ...(first.untraced ? { closesLane: false } : {}),
      triedAt: sql`now()`,
      nextTryAt: sql`now() + ${nextUnreadTrySeconds(tries)} * interval '1 second'`,
    }
    for (const part of chunks(group)) {
      const { chainId: chain, txHash } = unreadTransactions
      const hashes = part.map(({ hash }) => hash)
      await tx
        .update(unreadTransactions)
        .set(tried)
        .where(and(eq(chain, chainId), inArray(txHash, hashes)))
    }
  }
}

/**
 * Selects the transactions that get rows of their own: all transactions up to the cap, and above
 * the cap one transaction of each keeper or user wallet that has no open row.
 */
async function withinCap(
  tx: Queries,
  chainId: number,
  fresh: readonly SeenUnread[],
): Promise<readonly SeenUnread[]> {
  const { chainId: chain, answeredAt, sender } = unreadTransactions
  const open = and(eq(chain, chainId), isNull(answeredAt))
  const [row] = await tx.select({ open: count() }).from(unreadTransactions).where(open)
  const named = await tx
    .selectDistinct({ sender })
    .from(unreadTransactions)
    .where(and(open, isNotNull(sender)))
  const senders = new Set(named.map((it) => it.sender))
  let room = openUnreadRows - (row?.open ?? 0)
  return fresh.filter((one) => {
    const isNewOwn = one.own && !senders.has(one.sender)
    if (room <= 0 && !isNewOwn) return false
    room -= 1
    senders.add(one.sender)
    return true
  })
}

async function insertRows(
  tx: Queries,
  cursor: ScanCursor,
  chainId: number,
  kept: readonly SeenUnread[],
): Promise<void> {
  if (kept.length === 0) return
  const hidden = kept.filter(({ untraced }) => !untraced)
  const ofOurTime = new Set(await keepOurTime(tx, cursor, chainId, hidden))
  for (const part of chunks(kept)) {
    const rows = part.map((one) => {
      const { hash: txHash, blockNumber, blockHash, sender, nonce, why } = one
      const closesLane = ofOurTime.has(one)
      const nextTryAt = sql`now() + ${nextUnreadTrySeconds(2)} * interval '1 second'`
      return { chainId, txHash, blockNumber, blockHash, sender, nonce, why, closesLane, nextTryAt }
    })
    const { chainId: chain, txHash } = unreadTransactions
    // On a conflict, the stored row names another block than the block of the transaction now. The
    // block of the row is no longer canonical, so an operator's answer no longer counts.
    const excluded = (column: string) => sql.raw(`excluded.${column}`)
    await tx
      .insert(unreadTransactions)
      .values(rows)
      .onConflictDoUpdate({
        target: [chain, txHash],
        set: {
          blockNumber: excluded('block_number'),
          blockHash: excluded('block_hash'),
          sender: excluded('sender'),
          nonce: excluded('nonce'),
          closesLane: excluded('closes_lane'),
          why: excluded('why'),
          nextTryAt: excluded('next_try_at'),
          tries: 2,
          firstSeenAt: sql`now()`,
          alarmedAt: null,
          answeredBy: null,
          answeredReason: null,
          answeredAt: null,
        },
      })
  }
}
