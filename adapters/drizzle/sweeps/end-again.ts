import { and, eq, isNotNull } from 'drizzle-orm'
import { attempts, sweeps, transactions } from '../../../drizzle/schema.ts'
import { uncover } from '../deposits/change-state.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { lockLaneAndSweep } from './locks.ts'
import { correctOutcome } from './sweep-row.ts'

type TransactionRow = typeof transactions.$inferSelect

/**
 * Locks the sweep of a live transaction if the sweep is already closed. In this case the
 * transaction had ended before a deep reorg made it live again (MONEY 21). No sweep closes while it
 * has a live transaction, so this read needs no lock.
 */
export async function lockClosed(tx: Queries, key: string): Promise<SweepRow | undefined> {
  const [closed] = await tx
    .select({ id: sweeps.id })
    .from(transactions)
    .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
    .where(
      and(eq(transactions.key, key), eq(transactions.step, 'sweep'), isNotNull(sweeps.closedAt)),
    )
  return closed && (await lockLaneAndSweep(tx, closed.id))
}

/**
 * Corrects a closed sweep after the transaction that a deep reorg took back has ended again. If the
 * transaction did not succeed this time, the sweep's deposits wait for another sweep, and their ids
 * are returned. Transactions of the sweep's other rounds change nothing.
 */
export async function endAgain(
  tx: Queries,
  sweep: SweepRow,
  row: TransactionRow,
): Promise<{ readonly uncovered: readonly string[] }> {
  const versions = await tx.select().from(attempts).where(eq(attempts.transactionKey, row.key))
  const carried = versions.some(({ hash }) => hash === sweep.txHash)
  if (sweep.outcome !== 'swept' || !carried) return { uncovered: [] }
  if (row.state === 'succeeded') {
    const mined = versions.find(({ hash }) => hash === row.minedHash)
    const place = {
      txHash: row.minedHash,
      blockNumber: row.minedBlock,
      txIndex: row.minedTxIndex,
    }
    // Each attempt of a native sweep moves a different value, and this time another attempt may be
    // mined (MONEY 9).
    const moved = sweep.asset === 'native' && mined ? { arrivedAmount: mined.valueWei } : {}
    await correctOutcome(tx, sweep.id, { ...place, ...moved })
    return { uncovered: [] }
  }
  await correctOutcome(tx, sweep.id, { outcome: row.state, txHash: null })
  return { uncovered: await uncover(tx, sweep.id) }
}
