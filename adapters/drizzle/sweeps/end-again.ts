import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import { attempts, deposits, sweeps, transactions } from '../../../drizzle/schema.ts'
import { oweDepositEvent } from '../deposits/deposit-events.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { lockWithLane } from './let-go.ts'

type TransactionRow = typeof transactions.$inferSelect

/**
 * The sweep of a live transaction, where it is closed already: it had ended before a deep reorg
 * took it back (MONEY 21). No sweep closes while a transaction of it is live, so that what is read
 * here without a lock stays so.
 */
export async function lockClosed(tx: Queries, key: string): Promise<SweepRow | undefined> {
  const [closed] = await tx
    .select({ id: sweeps.id })
    .from(transactions)
    .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
    .where(
      and(eq(transactions.key, key), eq(transactions.step, 'sweep'), isNotNull(sweeps.closedAt)),
    )
  return closed && (await lockWithLane(tx, closed.id))
}

/**
 * The sweep's row follows the transaction that it was recorded by; other rounds of it say nothing
 * about what it moved.
 */
export async function endAgain(
  tx: Queries,
  sweep: SweepRow,
  row: TransactionRow,
): Promise<{ readonly uncovered: readonly string[] }> {
  const versions = await tx.select().from(attempts).where(eq(attempts.transactionKey, row.key))
  const carried = versions.some(({ hash }) => hash === sweep.txHash)
  if (sweep.outcome !== 'swept' || !carried) return { uncovered: [] }
  const ofSweep = eq(sweeps.id, sweep.id)
  if (row.state === 'succeeded') {
    const mined = versions.find(({ hash }) => hash === row.minedHash)
    const place = {
      txHash: row.minedHash,
      blockNumber: row.minedBlock,
      txIndex: row.minedTxIndex,
    }
    // Another attempt than before, of a native sweep, moved another value (MONEY 9).
    const moved = sweep.asset === 'native' && mined ? { arrivedAmount: mined.valueWei } : {}
    await tx
      .update(sweeps)
      .set({ ...place, ...moved })
      .where(ofSweep)
    return { uncovered: [] }
  }
  await tx.update(sweeps).set({ outcome: row.state, txHash: null }).where(ofSweep)
  return { uncovered: await uncover(tx, sweep.id) }
}

async function uncover(tx: Queries, sweepId: string): Promise<readonly string[]> {
  const covered = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), eq(deposits.covered, true)))
    .orderBy(asc(deposits.id))
    .for('update')
  const [reason, detail] = ['queued', 'a deep reorg undid the sweep that had taken it']
  for (const { id } of covered) {
    // Without a run for long: `adopt` starts one.
    await oweDepositEvent(
      tx,
      id,
      'sweep.waiting',
      { reason, detail },
      {
        state: 'waiting',
        reason,
        detail,
        since: sql`now()`,
        covered: false,
        sweepId: null,
        lastRunAt: null,
      },
    )
  }
  return covered.map(({ id }) => id)
}
