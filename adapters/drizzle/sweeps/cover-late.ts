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
import { balanceBlockOf } from './signed.ts'
import { isOfOwnSweep, unclaimedOf } from './unclaimed.ts'

/**
 * A deposit that turned up late (a wallet added late, a rescan) in a wallet that a sweep after its
 * place has emptied: that sweep took it along, as far as what it moved is not explained by the
 * deposits it covers already.
 * @param held what the wallet holds now; less than the deposit means that it went with some sweep,
 * whatever block its balance was read at. Where that is not known, only sweeps count whose signed
 * balance held it.
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
 * Interest paid inside a sweep: one part went with it, another one with a later sweep, and the rest
 * is still there.
 */
async function wentInParts(tx: Queries, row: DepositRow, held: bigint): Promise<boolean> {
  if (row.asset === 'native' || !(await isOfOwnSweep(tx, row))) return false
  const gone = await unclaimedOf(tx, row)
  return gone > 0n && gone + held >= row.amount
}

/**
 * @param own also the sweep in whose own transaction the deposit was credited, before its transfer
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
    // Two late deposits must not both take the room that only one of them fits.
    .for('update')
}

/**
 * An earlier sweep may have taken a late one along: left among the others, it would take their room
 * here.
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
