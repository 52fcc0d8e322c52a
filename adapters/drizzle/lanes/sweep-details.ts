import { and, asc, eq, inArray, ne } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { DepositView } from '../../../domain/deposits/deposit-view.ts'
import type {
  OperatorAction,
  SendRecord,
  SweepDetails,
} from '../../../domain/sweeps/sweep-details.ts'
import {
  attempts,
  deposits,
  operatorActions,
  scanCursors,
  sweeps,
  transactions,
} from '../../../drizzle/schema.ts'
import { readDepositViews } from '../deposits/deposit-views.ts'
import type { Queries } from '../queries.ts'
import { transactionsOfSweep } from './transaction-rows.ts'

export async function readSweepDetails(db: Queries, deposit: Deposit): Promise<SweepDetails> {
  const { sweepId } = deposit
  const [sweep] =
    sweepId === null ? [] : await db.select().from(sweeps).where(eq(sweeps.id, sweepId))
  const [scanner] = await db
    .select({ height: scanCursors.height, finalHeight: scanCursors.finalHeight })
    .from(scanCursors)
    .where(eq(scanCursors.chainId, deposit.chainId))
  return {
    sweep,
    transactions: sweepId === null ? [] : await transactionsOfSweep(db, sweepId),
    sends: sweepId === null ? new Map() : await readSends(db, sweepId),
    others: sweepId === null ? [] : await othersOf(db, deposit.id, sweepId),
    actions: await actionsOn(db, [deposit.id, ...(sweepId === null ? [] : [sweepId])]),
    scanner,
  }
}

async function readSends(db: Queries, sweepId: string): Promise<Map<string, SendRecord>> {
  const rows = await db
    .select({ hash: attempts.hash, sends: attempts.sends, lastError: attempts.lastError })
    .from(attempts)
    .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
    .where(eq(transactions.sweepId, sweepId))
  return new Map(rows.map(({ hash, ...record }) => [hash, record]))
}

function othersOf(
  db: Queries,
  depositId: string,
  sweepId: string,
): Promise<readonly DepositView[]> {
  return readDepositViews(db, and(eq(deposits.sweepId, sweepId), ne(deposits.id, depositId)), 100)
}

/** Returns the operators' actions on these subjects, oldest first. */
async function actionsOn(
  db: Queries,
  subjects: readonly string[],
): Promise<readonly OperatorAction[]> {
  return db
    .select({
      doneAt: operatorActions.doneAt,
      operator: operatorActions.operator,
      action: operatorActions.action,
      reason: operatorActions.reason,
    })
    .from(operatorActions)
    .where(inArray(operatorActions.subject, [...subjects]))
    .orderBy(asc(operatorActions.id))
}
