import { and, asc, eq, isNotNull, ne, type SQL, sql } from 'drizzle-orm'
import { coveredBy } from '../../../domain/coverage.ts'
import type { Deposit } from '../../../domain/deposit.ts'
import type { SweepOutcome } from '../../../domain/sweep.ts'
import { attempts, deposits, lanes, sweeps, transactions } from '../../../drizzle/schema.ts'
import { oweDepositEvent } from '../deposit-events.ts'
import type { Queries } from '../queries.ts'
import { gasFromDeposits } from './own-gas.ts'
import { type SweepRow, toDeposit, toSweep } from './rows.ts'

/** MONEY 11: coverage is written when the sweep is final, once, in the commit that closes it. */
export async function closeSweep(tx: Queries, sweepId: string): Promise<number> {
  const [seen] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId))
  if (!seen) return 0
  const lane = and(eq(lanes.chainId, seen.chainId), eq(lanes.sender, seen.wallet))
  // Lane before sweep, as in a claim: the two can't deadlock.
  await tx.select({ sender: lanes.sender }).from(lanes).where(lane).for('update')
  const [row] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId)).for('update')
  if (!row || row.closedAt !== null) return 0
  const { outcome } = toSweep(row)
  // Undone below, where the answer to that was lost: the run plans anew.
  if (!outcome) return 0
  if (await isUndone(tx, sweepId, outcome.txHash)) {
    await tx.update(sweeps).set({ txHash: null }).where(eq(sweeps.id, sweepId))
    return 0
  }
  const balanceBlock = await balanceBlockOf(tx, row)
  const uncovered = await uncoveredBefore(tx, row, outcome)
  const coverableAmount = outcome.coverableAmount + (await gasFromDeposits(tx, row, outcome))
  const own = await withoutEarlier(tx, uncovered)
  const covered = coveredBy(own, { coverableAmount, emptied: outcome.emptied, balanceBlock })
  const coveredSum = covered.reduce((sum, deposit) => sum + deposit.amount, 0n)
  const detail = shortWords(coveredSum, coverableAmount)
  for (const deposit of covered) await markDone(tx, deposit, sweepId, outcome, detail)
  await tx
    .update(sweeps)
    .set({
      closedAt: sql`now()`,
      outcome: 'swept',
      leaseHolder: null,
      leaseUntil: null,
      gasReturnedWei: gasReturned(row, outcome, coveredSum),
    })
    .where(eq(sweeps.id, sweepId))
  await tx
    .update(lanes)
    .set({ holderSweepId: null, heldSince: null })
    .where(
      and(
        eq(lanes.chainId, row.chainId),
        eq(lanes.sender, row.wallet),
        eq(lanes.holderSweepId, sweepId),
      ),
    )
  return covered.length
}

/**
 * Since the outcome was saved a reorg below what was final has taken its transaction back (MONEY 21): nothing is recorded by
 * it, and the run plans anew. What `recover` adopted has no attempt, and stands.
 */
async function isUndone(tx: Queries, sweepId: string, txHash: string): Promise<boolean> {
  const [row] = await tx
    .select({ state: transactions.state, minedHash: transactions.minedHash })
    .from(attempts)
    .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
    .where(and(eq(attempts.hash, txHash), eq(transactions.sweepId, sweepId)))
  return row !== undefined && (row.state !== 'succeeded' || row.minedHash !== txHash)
}

/**
 * A deposit that turned up late (a wallet added late, a rescan) in a wallet that a sweep after its place has emptied:
 * that sweep took it along, as far as what it moved is not explained by the deposits it covers already.
 * @param held what the wallet holds now; less than the deposit means that it went with some sweep, whatever block its
 * balance was read at. Where that is not known, only sweeps count whose signed balance held it.
 */
export async function coverLate(tx: Queries, depositId: string, held?: bigint): Promise<boolean> {
  const [row] = await tx.select().from(deposits).where(eq(deposits.id, depositId)).for('update')
  // Not confirmed (any more): it is the scanner's, and nobody has heard `deposit.confirmed` of it yet (MONEY 21).
  if (!row || row.covered || row.state === 'orphaned' || row.confirmedAt === null) return false
  const later = await tx
    .select()
    .from(sweeps)
    .where(
      and(
        eq(sweeps.chainId, row.chainId),
        eq(sweeps.wallet, row.wallet),
        eq(sweeps.asset, row.asset),
        eq(sweeps.outcome, 'swept'),
        sql`(${sweeps.blockNumber}, ${sweeps.txIndex}) > (${row.blockNumber}, ${row.txIndex})`,
      ),
    )
    .orderBy(asc(sweeps.blockNumber))
    // Two late deposits must not both take the room that only one of them fits.
    .for('update')
  const hasGone = held !== undefined && held < row.amount
  for (const candidate of later) {
    const { outcome } = toSweep(candidate)
    if (!outcome) continue
    const balanceBlock = hasGone ? null : await balanceBlockOf(tx, candidate)
    const [sum] = await tx
      .select({ covered: sql<string>`coalesce(sum(${deposits.amount}), 0)` })
      .from(deposits)
      .where(and(eq(deposits.sweepId, candidate.id), eq(deposits.covered, true)))
    const gas = await gasFromDeposits(tx, candidate, outcome)
    const room = outcome.coverableAmount + gas - BigInt(sum?.covered ?? '0')
    const fits = coveredBy([toDeposit(row)], {
      coverableAmount: room,
      emptied: false,
      balanceBlock,
    })
    if (fits.length === 0) continue
    await markDone(tx, toDeposit(row), candidate.id, outcome)
    return true
  }
  return false
}

/** An earlier sweep may have taken a late one along: left among the others, it would take their room here. */
async function withoutEarlier(tx: Queries, uncovered: readonly Deposit[]): Promise<Deposit[]> {
  const own: Deposit[] = []
  for (const deposit of uncovered) {
    if (!(await coverLate(tx, deposit.id))) own.push(deposit)
  }
  return own
}

/** Where the balance was read that the sweep's mined transaction moved. */
async function balanceBlockOf(tx: Queries, sweep: SweepRow): Promise<bigint | null> {
  if (sweep.txHash === null) return null
  const [signed] = await tx
    .select({ block: transactions.balanceBlock })
    .from(transactions)
    .where(and(eq(transactions.sweepId, sweep.id), eq(transactions.minedHash, sweep.txHash)))
  return signed?.block ?? null
}

/** In chain order, confirmed ones only: an orphaned row is no deposit, a dust row is coverable (MONEY 15). */
async function uncoveredBefore(
  tx: Queries,
  sweep: SweepRow,
  outcome: SweepOutcome,
): Promise<Deposit[]> {
  const before: SQL = sql`(${deposits.blockNumber}, ${deposits.txIndex}) < (${outcome.blockNumber}, ${outcome.txIndex})`
  const rows = await tx
    .select()
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, sweep.chainId),
        eq(deposits.wallet, sweep.wallet),
        eq(deposits.asset, sweep.asset),
        eq(deposits.covered, false),
        ne(deposits.state, 'orphaned'),
        isNotNull(deposits.confirmedAt),
        before,
      ),
    )
    .orderBy(asc(deposits.blockNumber), asc(deposits.txIndex), asc(deposits.logOrder))
    .for('update')
  return rows.map(toDeposit)
}

async function markDone(
  tx: Queries,
  deposit: Deposit,
  sweepId: string,
  outcome: SweepOutcome,
  detail = '',
): Promise<void> {
  const told = { sweepId, sweepTx: outcome.txHash }
  await oweDepositEvent(tx, deposit.id, 'sweep.done', told, {
    state: 'done',
    reason: '',
    detail,
    since: sql`now()`,
    covered: true,
    sweepId,
  })
}

/** MONEY 6: keeper coin that went home with a native sweep is booked, never counted as a deposit. */
function gasReturned(sweep: SweepRow, outcome: SweepOutcome, coveredSum: bigint): bigint | null {
  if (sweep.asset !== 'native') return null
  const surplus = outcome.leftAmount - coveredSum
  return surplus > 0n ? surplus : 0n
}

/** An emptied wallet may have held less than its deposits brought: a stranger took some, or the token did (MONEY 11, 12). */
function shortWords(brought: bigint, held: bigint): string {
  if (brought <= held) return ''
  return `its sweep emptied the wallet, which held ${held} of the ${brought} (smallest unit) that its deposits had brought: "coldsweep reconcile" names the difference`
}
