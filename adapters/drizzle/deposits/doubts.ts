import { and, eq, inArray, isNotNull, isNull, lte, ne, not, or, type SQL, sql } from 'drizzle-orm'
import type { UnconfirmedReason } from '../../../domain/deposits/deposit-state.ts'
import { isOperatorDoubt, type OperatorDoubt } from '../../../domain/deposits/doubt.ts'
import type { DoubtedDeposit } from '../../../domain/scan/scan-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

export const unconfirmed = ['detected', 'confirming']

/** Rows whose doubt no operator has decided (openDoubt in domain/deposits/doubt.ts). */
export const inDoubt = sql`(${deposits.state} = 'confirming' and ${deposits.doubt} is not null
  and ${deposits.doubt} is distinct from ${deposits.doubtCleared})`

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
  // An unchanged reason keeps its time: the doubt is as old as it was.
  const since = sql`case when ${deposits.reason} = ${reason} then ${deposits.since} else now() end`
  await db
    .update(deposits)
    .set({ state: 'confirming', reason, detail, ...(opens ? { doubt: reason, since } : {}) })
    .where(
      and(eq(deposits.id, depositId), inArray(deposits.state, unconfirmed), isDifferent, mayNote),
    )
}

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
