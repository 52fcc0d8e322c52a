import { and, eq, isNull, notExists } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { externalReason, unreadReason } from '../../../domain/lanes/lane-behind.ts'
import {
  attempts,
  externalTransactions,
  lanes,
  transactions,
  unreadTransactions,
} from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { isClosedForUnread, replaceUnreadReason } from './lane-row.ts'

/**
 * Returns the reason if the chain shows more transactions of a sender than our rows explain: an
 * external transaction, or an unread transaction that may be external. Otherwise returns undefined.
 */
export async function unexplainedOf(
  tx: Queries,
  chainId: number,
  sender: string,
): Promise<string | undefined> {
  if (await hasUnexplained(tx, chainId, sender)) return externalReason
  const unread = await openUnreadOf(tx, chainId, sender)
  return unread && unreadReason(unread)
}

/**
 * Returns the hash of the sender's oldest unread transaction that closes the sender's lane. An
 * unread transaction does not count if it is an attempt of ours, or if an operator has answered for
 * it.
 */
export async function openUnreadOf(
  tx: Queries,
  chainId: number,
  sender: string,
): Promise<string | undefined> {
  const ours = tx
    .select({ hash: attempts.hash })
    .from(attempts)
    .where(eq(attempts.hash, unreadTransactions.txHash))
  const [found] = await tx
    .select({ hash: unreadTransactions.txHash })
    .from(unreadTransactions)
    .where(
      and(
        eq(unreadTransactions.chainId, chainId),
        eq(unreadTransactions.sender, sender),
        eq(unreadTransactions.closesLane, true),
        isNull(unreadTransactions.answeredAt),
        notExists(ours),
      ),
    )
    .orderBy(unreadTransactions.blockNumber)
    .limit(1)
  return found?.hash
}

/**
 * Call this function after unread rows were removed, read or answered. It opens each sender's lane
 * that was closed only for an unread transaction. If another transaction of the sender is still
 * unexplained, the lane stays closed and that transaction becomes the reason.
 * @returns senders whose lane was opened
 */
export async function reopenUnreadLanes(
  tx: Queries,
  chainId: number,
  senders: readonly Address[],
): Promise<readonly Address[]> {
  const opened: Address[] = []
  for (const sender of new Set(senders)) {
    const lane = { chainId, sender }
    const [closed] = await tx
      .select({ sender: lanes.sender })
      .from(lanes)
      .where(isClosedForUnread(lane))
      .for('update')
    if (!closed) continue
    const reason = await unexplainedOf(tx, chainId, sender)
    await replaceUnreadReason(tx, lane, reason)
    if (reason === undefined) opened.push(sender)
  }
  return opened
}

/**
 * Whether an external transaction of the sender has no explanation. A `displaced` transaction has a
 * row and an alarm for its nonce, so the external transaction that used the nonce is explained.
 * Nonces below the lane's entry nonce count too. If a restored backup lacked the whole lane, the
 * lane was created again, and its entry nonce is above the nonces of the lost rows.
 */
async function hasUnexplained(tx: Queries, chainId: number, sender: string): Promise<boolean> {
  const ours = tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        eq(transactions.chainId, externalTransactions.chainId),
        eq(transactions.sender, externalTransactions.sender),
        eq(transactions.nonce, externalTransactions.nonce),
      ),
    )
  const [found] = await tx
    .select({ nonce: externalTransactions.nonce })
    .from(externalTransactions)
    .where(
      and(
        eq(externalTransactions.chainId, chainId),
        eq(externalTransactions.sender, sender),
        isNull(externalTransactions.adoptedAt),
        notExists(ours),
      ),
    )
    .limit(1)
  return found !== undefined
}
