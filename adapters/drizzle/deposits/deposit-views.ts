import { desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { toDeposit } from './rows.ts'

/** A deposit and the progress of its sweep, as operators see it. */
export interface DepositView {
  readonly deposit: Deposit
  /**
   * The sweep's newest gas transaction: its mined attempt, or else its newest attempt. null if the
   * wallet pays its own gas, or if nothing is signed.
   */
  readonly gasTx: Hash | null
  readonly sweepTx: Hash | null
  /**
   * All fees of the sweep, which its covered deposits share. While the sweep is open, the fees
   * mined so far. null before a transaction is mined.
   */
  readonly gasSpentWei: bigint | null
}

const newestHash = (step: 'gas' | 'sweep') => sql<Hash | null>`(
  select coalesce(t.mined_hash, (
    select a.hash from attempts a where a.transaction_key = t.key order by a.number desc limit 1))
  from transactions t where t.sweep_id = ${deposits.sweepId} and t.step = ${step}
  order by t.round desc limit 1)`

const minedFees = sql`(
  select sum(t.gas_used * t.gas_price_wei + coalesce(t.mined_l1_fee_wei, 0))
  from transactions t where t.sweep_id = ${deposits.sweepId} and t.mined_block is not null)`

/** Newest change first. */
export async function readDepositViews(
  db: Queries,
  where: SQL | undefined,
  limit: number,
): Promise<readonly DepositView[]> {
  const rows = await db
    .select({
      deposit: deposits,
      gasTx: newestHash('gas'),
      sweepTx: sql<Hash | null>`coalesce(${sweeps.txHash}, ${newestHash('sweep')})`,
      gasSpentWei: sql<string | null>`coalesce(${sweeps.gasSpentWei}, ${minedFees})::text`,
    })
    .from(deposits)
    .leftJoin(sweeps, eq(sweeps.id, deposits.sweepId))
    .where(where)
    .orderBy(desc(deposits.since), desc(deposits.id))
    .limit(limit)
  return rows.map(({ deposit, gasTx, sweepTx, gasSpentWei }) => ({
    deposit: toDeposit(deposit),
    gasTx,
    sweepTx,
    gasSpentWei: gasSpentWei === null ? null : BigInt(gasSpentWei),
  }))
}
