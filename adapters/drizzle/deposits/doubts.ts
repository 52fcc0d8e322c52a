import { and, eq, inArray, isNotNull, isNull, lte, ne, not, or, type SQL, sql } from 'drizzle-orm'
import type { UnconfirmedReason } from '../../../domain/deposits/deposit-state.ts'
import {
  isOperatorDoubt,
  type OperatorDoubt,
  rejectedReason,
} from '../../../domain/deposits/doubt.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import type { DoubtedDeposit } from '../../../domain/scan/scan-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { oweDepositEvent } from './deposit-events.ts'
import type { DepositRow } from './rows.ts'

/** States of a deposit that the scanner has not confirmed yet. */
export const unconfirmed = ['detected', 'confirming']

/**
 * Condition for deposits with an open doubt: no operator has decided about it (`openDoubt` in
 * domain/deposits/doubt.ts).
 */
export const inDoubt = sql`(${deposits.state} = 'confirming' and ${deposits.doubt} is not null
  and ${deposits.doubt} is distinct from ${deposits.doubtCleared})`

/**
 * Writes the reason why a deposit stays `confirming` into its row. A reason that an operator
 * decides opens a doubt, unless an operator has already overruled that doubt.
 */
export async function noteUnconfirmed(
  db: Queries,
  depositId: string,
  reason: UnconfirmedReason,
  detail: string,
): Promise<void> {
  const isDifferent = or(ne(deposits.reason, reason), ne(deposits.detail, detail))
  const opens = isOperatorDoubt(reason)
  const mayNote: SQL | undefined = opens
    ? or(isNull(deposits.doubtCleared), ne(deposits.doubtCleared, reason))
    : not(inDoubt)
  // `since` is the start of the doubt. A new detail of the same reason does not change `since`.
  const since = sql`case when ${deposits.reason} = ${reason} then ${deposits.since} else now() end`
  await db
    .update(deposits)
    .set({ state: 'confirming', reason, detail, ...(opens ? { doubt: reason, since } : {}) })
    .where(
      and(eq(deposits.id, depositId), inArray(deposits.state, unconfirmed), isDifferent, mayNote),
    )
}

/** Returns deposits whose doubt of this kind is open, in chain order. */
export async function doubted(
  db: Queries,
  chainId: number,
  doubt: OperatorDoubt,
  limit: number,
): Promise<readonly DoubtedDeposit[]> {
  const rows = await db
    .select()
    .from(deposits)
    .where(and(eq(deposits.chainId, chainId), eq(deposits.doubt, doubt), inDoubt))
    .orderBy(deposits.blockNumber, deposits.txIndex, deposits.logOrder)
    .limit(limit)
  return rows as DoubtedDeposit[]
}

/** Closes an open doubt of this kind, because its cause no longer exists. */
export async function withdrawDoubt(
  db: Queries,
  depositId: string,
  doubt: OperatorDoubt,
): Promise<void> {
  await db
    .update(deposits)
    .set({ doubt: null, reason: '', detail: '', since: sql`now()` })
    .where(and(eq(deposits.id, depositId), eq(deposits.doubt, doubt), inDoubt))
}

/** Whether an operator has overruled a doubt of an unconfirmed deposit at or below the height. */
export async function hasApproved(db: Queries, chainId: number, height: bigint): Promise<boolean> {
  const [row] = await db
    .select({ id: deposits.id })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, chainId),
        eq(deposits.state, 'confirming'),
        isNotNull(deposits.doubt),
        eq(deposits.doubt, deposits.doubtCleared),
        lte(deposits.blockNumber, height),
      ),
    )
    .limit(1)
  return row !== undefined
}

/**
 * Condition for deposits that an operator has rejected (`isRejected` in domain/deposits/doubt.ts).
 * Rejected deposits do not count as arrived.
 */
export const isRejectedRow = sql`(${deposits.state} = 'ignored'
  and starts_with(${deposits.reason}, ${rejectedReason('')}))`

/**
 * Clears a doubt by an operator's order. The scanner's next confirm then credits the deposit as if
 * the doubt had never existed.
 */
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
 * Rejects a deposit, so that it is never credited, covered or counted as arrived. Only a reorg ends
 * the rejection.
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
