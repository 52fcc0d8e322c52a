import { randomUUID } from 'node:crypto'
import { and, eq, isNull, notInArray, sql, TransactionRollbackError } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { AssetId } from '../../../domain/chains/asset.ts'
import type { DepositState } from '../../../domain/deposits/deposit-state.ts'
import type { DustLimits } from '../../../domain/sweeps/dust-order.ts'
import type { DryRun, PlanRows } from '../../../domain/sweeps/plan-rows.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { reopenDust } from '../deposits/change-state.ts'
import { readDeposit } from '../deposits/rows.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'
import { claimSweep } from './claim-sweep.ts'
import { coverLate } from './cover-late.ts'
import { enterLane } from './lane-row.ts'
import { lockDeposit } from './locks.ts'
import { createSweepStore } from './sweep-store.ts'

/** Reads the deposits that no sweep covers, grouped by wallet, asset, state and reason. */
export function createPlanRows(db: Queries): PlanRows {
  return withDatabaseErrors<PlanRows>({
    async open(chainId) {
      const { wallet, asset, state, reason } = deposits
      const { plannedAmount, gasLimit, feeCapWei } = sweeps
      const rows = await db
        .select({
          chainId: deposits.chainId,
          wallet,
          asset,
          state,
          reason,
          detail: sql<string>`max(${deposits.detail})`,
          deposits: sql<number>`count(*)::int`,
          amount: sql<string>`sum(${deposits.amount})::text`,
          since: sql<string>`min(${deposits.since})::text`,
          firstId: sql<string>`(array_agg(${deposits.id} order by ${deposits.since}, ${deposits.id}))[1]`,
          plannedAmount,
          gasLimit,
          feeCapWei,
        })
        .from(deposits)
        .leftJoin(sweeps, and(eq(sweeps.id, deposits.sweepId), isNull(sweeps.closedAt)))
        .where(
          and(
            eq(deposits.covered, false),
            notInArray(state, ['done', 'orphaned']),
            chainId === undefined ? undefined : eq(deposits.chainId, chainId),
          ),
        )
        .groupBy(deposits.chainId, wallet, asset, state, reason, plannedAmount, gasLimit, feeCapWei)
        .orderBy(sql`min(${deposits.since})`, wallet, asset)
      return rows.map((row) => ({
        chainId: row.chainId,
        wallet: row.wallet as Address,
        asset: row.asset as AssetId,
        state: row.state as DepositState,
        reason: row.reason,
        detail: row.detail,
        deposits: row.deposits,
        amount: BigInt(row.amount),
        since: new Date(row.since),
        firstId: row.firstId,
        plan:
          row.plannedAmount === null || row.gasLimit === null
            ? null
            : {
                amount: row.plannedAmount,
                gasLimit: row.gasLimit,
                feeCapWei: row.feeCapWei ?? 0n,
              },
      }))
    },
  })
}

/** @throws when another commit holds a row for longer than the lock timeout. Retryable. */
export function createDryRun(db: Queries): DryRun {
  const { deposit, tokensGoFirst, isGone, isOwnInterest, heldCoin, dustOrder } =
    createSweepStore(db)
  return withDatabaseErrors<DryRun>({
    deposit,
    tokensGoFirst,
    isGone,
    isOwnInterest,
    heldCoin,
    dustOrder,
    claim: (of, holder, leaseMs, walletNonce) =>
      rolledBack(db, (tx) => claimSweep(tx, of, holder, leaseMs, walletNonce)),
    coverLate: (depositId, held) => rolledBack(db, (tx) => coverLate(tx, depositId, held)),
  })
}

/**
 * A dry run that answers about dust as if an operator had ordered its sweep.
 * @param limits of that order
 * @throws when another commit holds a row for longer than the lock timeout. Retryable.
 */
export function createDustDryRun(db: Queries, limits: DustLimits): DryRun {
  return withDatabaseErrors<DryRun>({
    ...createDryRun(db),
    async deposit(id) {
      const found = await readDeposit(db, id)
      if (found?.state !== 'ignored' || found.reason !== 'dust') return found
      return { ...found, state: 'waiting', reason: 'queued' }
    },
    dustOrder: async () => limits,
    claim: (of, holder, leaseMs, walletNonce) =>
      rolledBack(db, async (tx) => {
        // Locks in the order of locks.ts: the order would change the deposit before the claim.
        const { chainId, wallet: sender } = of
        await enterLane(tx, { chainId, sender, role: 'wallet', chainNonce: walletNonce })
        await lockDeposit(tx, of.id)
        await reopenDust(tx, [of.id], { orderId: randomUUID(), detail: '' })
        return await claimSweep(tx, of, holder, leaseMs, walletNonce)
      }),
  })
}

async function rolledBack<T>(db: Queries, work: (tx: Queries) => Promise<T>): Promise<T> {
  let done: { readonly answer: T } | undefined
  try {
    await db.transaction(async (tx) => {
      await tx.execute(sql`set local lock_timeout = '3s'`)
      done = { answer: await work(tx) }
      tx.rollback()
    })
  } catch (error) {
    if (!(error instanceof TransactionRollbackError)) throw error
  }
  if (!done) throw new Error('a dry run ended without an answer')
  return done.answer
}
