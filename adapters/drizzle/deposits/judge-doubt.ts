import { eq, sql } from 'drizzle-orm'
import { type OperatorDoubt, rejectedReason } from '../../../domain/deposits/doubt.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { oweDepositEvent } from './deposit-events.ts'
import type { DepositRow } from './rows.ts'

/** The deposit is credited by the scanner's next confirm, as if there had been no doubt. */
export async function clearDoubt(
  tx: Queries,
  row: DepositRow,
  doubt: OperatorDoubt,
  { operator, reason }: SignedOrder,
): Promise<void> {
  const detail = `approved by ${operator} in spite of ${doubt}: ${reason}`
  await tx
    .update(deposits)
    .set({ doubtCleared: doubt, reason: '', detail, since: sql`now()` })
    .where(eq(deposits.id, row.id))
}

/**
 * The deposit is never credited, covered or counted as arrived. Only a reorg asks the question
 * again.
 */
export async function rejectDeposit(
  tx: Queries,
  row: DepositRow,
  doubt: OperatorDoubt,
  { operator, reason }: SignedOrder,
): Promise<void> {
  const detail = `${doubt}: ${reason}`
  const rejected = { state: 'ignored', reason: rejectedReason(operator), detail, since: sql`now()` }
  await oweDepositEvent(
    tx,
    row.id,
    'deposit.rejected',
    { doubt, operator, detail: reason },
    rejected,
  )
}
