import { eq, inArray, isNull } from 'drizzle-orm'
import type { GasSignal, SeenKeeperTransaction, Stored } from '../../../domain/ports/scan-store.ts'
import {
  attempts,
  foreignTransactions,
  lanes,
  sweeps,
  transactions,
} from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * Holds a keeper's transactions against our attempts. Ours that brought gas give a signal. One that no attempt explains
 * is foreign (MONEY 5), unless it is from before the lane's first entry: a keeper may have had a life before us.
 */
export async function judgeKeeperTransactions(
  tx: Queries,
  chainId: number,
  seen: readonly SeenKeeperTransaction[],
): Promise<Pick<Stored, 'gasSignals' | 'foreign'>> {
  if (seen.length === 0) return { gasSignals: [], foreign: [] }
  const hashes = seen.map(({ hash }) => hash)
  const ours = await tx
    .select({
      hash: attempts.hash,
      key: transactions.key,
      step: transactions.step,
      leaseHolder: sweeps.leaseHolder,
    })
    .from(attempts)
    .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
    .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
    .where(inArray(attempts.hash, hashes))
  const byHash = new Map(ours.map((row) => [row.hash, row]))
  const gasSignals = seen.flatMap(({ hash, ok, blockNumber, blockHash }): GasSignal[] => {
    const row = byHash.get(hash)
    if (!ok || row?.step !== 'gas') return []
    const { key: transactionKey, leaseHolder: workflowId } = row
    return [{ chainId, hash, transactionKey, workflowId, blockNumber, blockHash }]
  })
  const unknown = seen.filter(({ hash }) => !byHash.has(hash))
  return { gasSignals, foreign: await noteForeign(tx, chainId, unknown) }
}

async function noteForeign(
  tx: Queries,
  chainId: number,
  unknown: readonly SeenKeeperTransaction[],
): Promise<readonly SeenKeeperTransaction[]> {
  if (unknown.length === 0) return []
  const rows = await tx
    .select({ sender: lanes.sender, entryNonce: lanes.entryNonce })
    .from(lanes)
    .where(eq(lanes.chainId, chainId))
  const entryOf = new Map(rows.map(({ sender, entryNonce }) => [sender, entryNonce]))
  const foreign = unknown.filter(({ keeper, nonce }) => {
    const entry = entryOf.get(keeper)
    return entry !== undefined && nonce >= entry
  })
  for (const { hash, keeper: sender, nonce, blockNumber } of foreign) {
    // The lane loop may have noticed the nonce first, without a hash.
    await tx
      .insert(foreignTransactions)
      .values({ chainId, sender, nonce, hash, blockNumber })
      .onConflictDoUpdate({
        target: [
          foreignTransactions.chainId,
          foreignTransactions.sender,
          foreignTransactions.nonce,
        ],
        set: { hash, blockNumber },
        setWhere: isNull(foreignTransactions.hash),
      })
  }
  return foreign
}
