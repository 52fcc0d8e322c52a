import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import { unreadBlocks, unreadTransactions } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { reopenUnreadLanes } from '../sweeps/lane-closing.ts'

export type UnreadRow = typeof unreadTransactions.$inferSelect
export type UnreadRange = typeof unreadBlocks.$inferSelect

/**
 * Subject of an operator's order: an unread transaction, or the range of unread blocks of one
 * chain.
 */
export type UnreadSubject =
  | { readonly kind: 'transaction'; readonly chainId: number; readonly hash: Hash }
  | { readonly kind: 'blocks'; readonly chainId: number }

interface Order {
  readonly operator: string
  readonly reason: string
}

/** Lists the open rows of a chain, oldest block first, and the range of blocks above the cap. */
export async function listUnread(
  db: Queries,
  chainId: number,
  limit: number,
): Promise<{ readonly rows: readonly UnreadRow[]; readonly range: UnreadRange | undefined }> {
  const { answeredAt, blockNumber, chainId: chain, txHash } = unreadTransactions
  const rows = await db
    .select()
    .from(unreadTransactions)
    .where(and(eq(chain, chainId), isNull(answeredAt)))
    .orderBy(asc(blockNumber), asc(txHash))
    .limit(limit)
  const [range] = await db.select().from(unreadBlocks).where(eq(unreadBlocks.chainId, chainId))
  return { rows, range }
}

/** Returns the chains on which the transaction has an open row. */
export async function chainsOfUnread(db: Queries, hash: Hash): Promise<readonly number[]> {
  const { answeredAt, chainId, txHash } = unreadTransactions
  const rows = await db
    .select({ chainId })
    .from(unreadTransactions)
    .where(and(eq(txHash, hash), isNull(answeredAt)))
  return rows.map((row) => row.chainId)
}

/**
 * Makes the scanner read the transaction or the blocks again at its next poll.
 * @returns false if there is no open row
 */
export function retryUnread(db: Queries, subject: UnreadSubject, order: Order): Promise<boolean> {
  return db.transaction(async (tx) => {
    const due = { nextTryAt: sql`now()`, tries: 2 }
    const rows =
      subject.kind === 'blocks'
        ? await tx
            .update(unreadBlocks)
            .set(due)
            .where(eq(unreadBlocks.chainId, subject.chainId))
            .returning({ chainId: unreadBlocks.chainId })
        : await tx
            .update(unreadTransactions)
            .set(due)
            .where(openOf(subject))
            .returning({ chainId: unreadTransactions.chainId })
    if (rows.length > 0) await note(tx, 'unread-retry', subject, order)
    return rows.length > 0
  })
}

/**
 * Stores an operator's answer: the transaction is no longer read again, raises no alarm and closes
 * no lane. Its row is kept as a record; a range of blocks is deleted. A `rescan` of the block still
 * finds the deposits.
 * @returns false if there is no open row
 */
export function answerUnread(
  db: Queries,
  subject: UnreadSubject,
  order: Order,
): Promise<{ readonly opened: readonly Address[] } | false> {
  return db.transaction(async (tx) => {
    if (subject.kind === 'blocks') {
      const gone = await tx
        .delete(unreadBlocks)
        .where(eq(unreadBlocks.chainId, subject.chainId))
        .returning()
      const [range] = gone
      if (!range) return false
      const reason = `${order.reason} (blocks ${range.fromBlock} to ${range.toBlock})`
      await note(tx, 'unread-answer', subject, { ...order, reason })
      return { opened: [] }
    }
    const [row] = await tx
      .update(unreadTransactions)
      .set({
        answeredBy: order.operator,
        answeredReason: order.reason,
        answeredAt: sql`now()`,
      })
      .where(openOf(subject))
      .returning()
    if (!row) return false
    await note(tx, 'unread-answer', subject, order)
    const senders = row.sender ? [row.sender as Address] : []
    return { opened: await reopenUnreadLanes(tx, subject.chainId, senders) }
  })
}

const openOf = ({ chainId, hash }: Extract<UnreadSubject, { kind: 'transaction' }>) =>
  and(
    eq(unreadTransactions.chainId, chainId),
    eq(unreadTransactions.txHash, hash),
    isNull(unreadTransactions.answeredAt),
  )

async function note(
  tx: Queries,
  action: string,
  subject: UnreadSubject,
  { operator, reason }: Order,
): Promise<void> {
  const what = subject.kind === 'blocks' ? 'unread blocks' : subject.hash
  await recordAction(tx, { operator, action, subject: `${subject.chainId}:${what}`, reason })
}
