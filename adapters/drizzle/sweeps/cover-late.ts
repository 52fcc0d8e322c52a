import { and, asc, eq, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { coveredBy } from '../../../domain/sweeps/coverage.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { markDone } from '../deposits/change-state.ts'
import { type DepositRow, type SweepRow, toDeposit, toSweep } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset } from '../wallet-asset.ts'
import { isInside } from './inside-sweep.ts'
import { gasFromDeposits } from './own-gas.ts'
import { balanceBlockOf } from './signed-transactions.ts'
import { isOfOwnSweep, unclaimedOf } from './unclaimed.ts'

/**
 * Covers a deposit that was found late (a wallet added late, a rescan), if a sweep after its place
 * has moved it. The room of a sweep is the part of its amount that its covered deposits do not
 * explain.
 * @param held the wallet's balance now. A balance below the deposit means that a sweep moved the
 * deposit, so every later sweep is a candidate. Without `held`, the only candidates are sweeps
 * whose signed balance contained the deposit.
 */
export async function coverLate(tx: Queries, depositId: string, held?: bigint): Promise<boolean> {
  const [row] = await tx.select().from(deposits).where(eq(deposits.id, depositId)).for('update')
  // An unconfirmed deposit belongs to the scanner, and its `deposit.confirmed` has not been sent
  // yet (MONEY 21).
  if (!row || row.covered || row.state === 'orphaned' || row.confirmedAt === null) return false
  const hasGone = held !== undefined && held < row.amount
  const later = await laterSweeps(tx, row, hasGone)
  for (const candidate of later) {
    const { outcome } = toSweep(candidate)
    if (!outcome) continue
    const [sum] = await tx
      .select({ covered: sql<string>`coalesce(sum(${deposits.amount}), 0)` })
      .from(deposits)
      .where(and(eq(deposits.sweepId, candidate.id), eq(deposits.covered, true)))
    const gas = await gasFromDeposits(tx, candidate, outcome)
    const room = outcome.coverableAmount + gas - BigInt(sum?.covered ?? '0')
    const fits = coveredBy([toDeposit(row)], {
      ...outcome,
      coverableAmount: room,
      emptied: false,
      remaining: null,
      balanceBlock: hasGone ? null : await balanceBlockOf(tx, candidate),
    })
    if (fits.length === 0) continue
    await markDone(tx, toDeposit(row), candidate.id, outcome)
    return true
  }
  const last = later.at(-1)
  if (!last || !hasGone || !(await wentInParts(tx, row, held))) return false
  const { outcome } = toSweep(last)
  if (!outcome) return false
  await markDone(tx, toDeposit(row), last.id, outcome)
  return true
}

/**
 * Whether interest paid inside a sweep is explained in parts: one part left with that sweep,
 * another part with a later sweep, and the rest is still in the wallet.
 */
async function wentInParts(tx: Queries, row: DepositRow, held: bigint): Promise<boolean> {
  if (row.asset === 'native' || !(await isOfOwnSweep(tx, row))) return false
  const gone = await unclaimedOf(tx, row)
  return gone > 0n && gone + held >= row.amount
}

/**
 * Sweeps of the deposit's wallet and asset after the deposit's place, in chain order.
 * @param own also returns a sweep whose own transaction credited the deposit before the sweep's
 * transfer
 */
async function laterSweeps(tx: Queries, row: DepositRow, own: boolean): Promise<SweepRow[]> {
  const at = sql`(${row.blockNumber}, ${row.txIndex})`
  const place = sql`(${sweeps.blockNumber}, ${sweeps.txIndex})`
  const isLater = sql`(${sweeps.txHash} <> ${row.txHash} and ${place} > ${at})`
  return await tx
    .select()
    .from(sweeps)
    .where(
      and(
        isOfAsset(sweeps, row),
        eq(sweeps.outcome, 'swept'),
        own ? sql`(${isLater} or ${isInside({ deposit: row })})` : isLater,
      ),
    )
    .orderBy(asc(sweeps.blockNumber), asc(sweeps.txIndex))
    // Locked, so that two late deposits never use room that is enough for only one of them.
    .for('update')
}

/**
 * Covers deposits that an earlier sweep moved, and returns the other deposits. Otherwise the
 * covered deposits would use room of this sweep that the others need.
 */
export async function withoutEarlier(
  tx: Queries,
  uncovered: readonly Deposit[],
): Promise<Deposit[]> {
  const own: Deposit[] = []
  for (const deposit of uncovered) {
    if (!(await coverLate(tx, deposit.id))) own.push(deposit)
  }
  return own
}
