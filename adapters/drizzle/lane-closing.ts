import { and, eq, isNull, notExists, sql } from 'drizzle-orm'
import { foreignTransactions, lanes, transactions } from '../../drizzle/schema.ts'
import type { Queries } from './queries.ts'

/**
 * A nonce of ours that a stranger took has a row, and an alarm, of its own (`displaced`): the nonces above it are ours. One below
 * the lane's entry counts too: a backup may lack the whole lane, and the entry is then newer than what was lost.
 */
export async function hasUnexplained(
  tx: Queries,
  chainId: number,
  sender: string,
): Promise<boolean> {
  const ours = tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        eq(transactions.chainId, foreignTransactions.chainId),
        eq(transactions.sender, foreignTransactions.sender),
        eq(transactions.nonce, foreignTransactions.nonce),
      ),
    )
  const [found] = await tx
    .select({ nonce: foreignTransactions.nonce })
    .from(foreignTransactions)
    .where(
      and(
        eq(foreignTransactions.chainId, chainId),
        eq(foreignTransactions.sender, sender),
        isNull(foreignTransactions.adoptedAt),
        notExists(ours),
      ),
    )
    .limit(1)
  return found !== undefined
}

/** The first reason stays: it says when the trouble began. */
export async function closeLane(
  tx: Queries,
  lane: { readonly chainId: number; readonly sender: string },
  reason: string,
): Promise<void> {
  await tx
    .update(lanes)
    .set({ closedReason: reason, closedAt: sql`now()` })
    .where(
      and(
        eq(lanes.chainId, lane.chainId),
        eq(lanes.sender, lane.sender),
        isNull(lanes.closedReason),
      ),
    )
}
