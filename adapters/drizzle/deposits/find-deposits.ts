import { eq, inArray, or, type SQL } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { attempts, deposits, sweeps, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { type DepositView, readDepositViews } from './deposit-views.ts'

/** What a person can name a deposit by. */
export type DepositReference =
  | { readonly kind: 'deposit'; readonly id: string }
  /**
   * Of the deposit's own transaction, or of any attempt of its sweep's gas or sweep transaction.
   */
  | { readonly kind: 'transaction'; readonly hash: Hash }
  | { readonly kind: 'sweep'; readonly sweepId: string }

/** More than anyone wants to read; a reference that hits so many is ambiguous anyway. */
const most = 100

export function findDeposits(
  db: Queries,
  reference: DepositReference,
): Promise<readonly DepositView[]> {
  return readDepositViews(db, toCondition(db, reference), most)
}

function toCondition(db: Queries, reference: DepositReference): SQL | undefined {
  if (reference.kind === 'deposit') return eq(deposits.id, reference.id)
  if (reference.kind === 'sweep') return eq(deposits.sweepId, reference.sweepId)
  const ofAttempt = db
    .select({ id: transactions.sweepId })
    .from(transactions)
    .innerJoin(attempts, eq(attempts.transactionKey, transactions.key))
    .where(eq(attempts.hash, reference.hash))
  const ofSweep = db.select({ id: sweeps.id }).from(sweeps).where(eq(sweeps.txHash, reference.hash))
  return or(
    eq(deposits.txHash, reference.hash),
    inArray(deposits.sweepId, ofAttempt),
    inArray(deposits.sweepId, ofSweep),
  )
}
