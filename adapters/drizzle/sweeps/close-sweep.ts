import { and, eq, isNotNull, ne, sql } from 'drizzle-orm'
import { smallerOf } from '../../../domain/amount.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { type Coverable, coveredBy, isBelievedEmpty } from '../../../domain/sweeps/coverage.ts'
import { gasShareOf, shareGas } from '../../../domain/sweeps/gas-share.ts'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { attempts, deposits, transactions } from '../../../drizzle/schema.ts'
import { markDone } from '../deposits/change-state.ts'
import { chainOrder, type SweepRow, toDeposit, toSweep } from '../deposits/rows.ts'
import { endTrial } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset } from '../wallet-asset.ts'
import { isAfterAdoption, withoutEarlier } from './cover-late.ts'
import { depositsNotTaken } from './deposits-not-taken.ts'
import { isInside } from './inside-sweep.ts'
import { freeLane } from './lane-row.ts'
import { lockLaneAndSweep, lockRecordedSweeps } from './locks.ts'
import { gasFromDeposits } from './own-gas.ts'
import { balanceBlockOf } from './signed-transactions.ts'
import { closeSweepRow, correctOutcome } from './sweep-row.ts'
import { isOfOwnSweep, unclaimedOf } from './unclaimed.ts'

/**
 * MONEY 11: closes a final sweep and writes its coverage, once, in the same commit. Returns the
 * number of deposits that the sweep covers; 0 if it is already closed or has no outcome.
 */
export async function closeSweep(tx: Queries, sweepId: string): Promise<number> {
  const row = await lockLaneAndSweep(tx, sweepId)
  if (!row || row.closedAt !== null) return 0
  const { outcome } = toSweep(row)
  // An earlier call removed the outcome (below), and its result was lost. The run plans again.
  if (!outcome) return 0
  if (await isUndone(tx, sweepId, outcome.txHash)) {
    await correctOutcome(tx, sweepId, { txHash: null })
    return 0
  }
  await lockRecordedSweeps(tx, row)
  const uncovered = await withoutEarlier(tx, await uncoveredBefore(tx, row, outcome))
  const coverable = await coverableOf(tx, row, outcome, uncovered)
  const { coverableAmount } = coverable
  const covered = coveredBy(uncovered, coverable)
  const coveredSum = covered.reduce((sum, deposit) => sum + deposit.amount, 0n)
  const detail = shortWords(coveredSum, coverableAmount)
  const sharing = shareGas(outcome.gasSpentWei, covered)
  for (const deposit of covered) {
    const share = sharing ? gasShareOf(sharing, { ...deposit, late: false }) : 0n
    await markDone(tx, deposit, { sweepId, ...outcome }, share, detail)
  }
  const gasReturnedWei = gasReturned(row, outcome, coveredSum)
  await closeSweepRow(tx, sweepId, { outcome: 'swept', gasReturnedWei })
  await endTrial(tx, row, sweepId)
  await freeLane(tx, row)
  return covered.length
}

/**
 * Whether a reorg below the final height took the sweep's transaction back after its outcome was
 * saved (MONEY 21). If so, nothing is recorded and the run plans again. A transaction that
 * `recover` adopted has no attempt, and its outcome stays.
 */
async function isUndone(tx: Queries, sweepId: string, txHash: string): Promise<boolean> {
  const [row] = await tx
    .select({ state: transactions.state, minedHash: transactions.minedHash })
    .from(attempts)
    .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
    .where(and(eq(attempts.hash, txHash), eq(transactions.sweepId, sweepId)))
  return row !== undefined && (row.state !== 'succeeded' || row.minedHash !== txHash)
}

async function coverableOf(
  tx: Queries,
  sweep: SweepRow,
  outcome: SweepOutcome,
  uncovered: readonly Deposit[],
): Promise<Coverable> {
  const balanceBlock = await balanceBlockOf(tx, sweep)
  const { since, after } = await depositsNotTaken(tx, sweep, outcome, balanceBlock)
  const { remainingAmount } = outcome
  const beside =
    (await gasFromDeposits(tx, sweep, outcome)) + (await earlierParts(tx, sweep, uncovered))
  return {
    ...outcome,
    coverableAmount: outcome.coverableAmount + beside,
    emptied: isBelievedEmpty(outcome, since > 0),
    balanceBlock,
    remaining: remainingAmount === null ? null : remainingAmount - after,
  }
}

/**
 * Returns the part of earlier sweeps' interest that counts for this sweep: a token paid the
 * interest inside an earlier sweep, that sweep moved the interest, and no covered deposit explains
 * the amount yet.
 */
async function earlierParts(
  tx: Queries,
  sweep: SweepRow,
  uncovered: readonly Deposit[],
): Promise<bigint> {
  if (sweep.asset === 'native') return 0n
  let interest = 0n
  for (const deposit of uncovered) if (await isOfOwnSweep(tx, deposit)) interest += deposit.amount
  return interest === 0n ? 0n : smallerOf(interest, await unclaimedOf(tx, sweep))
}

/**
 * Reads the confirmed, uncovered deposits before the sweep's place, in chain order. Orphaned rows
 * are left out, and so are opening balances that were read after the sweep (MONEY 25); dust rows
 * are included (MONEY 15). Credits of the sweep's own transaction are
 * included if they were logged before its transfer.
 */
async function uncoveredBefore(
  tx: Queries,
  sweep: SweepRow,
  outcome: SweepOutcome,
): Promise<Deposit[]> {
  const place = sql`(${deposits.blockNumber}, ${deposits.txIndex})`
  const at = sql`(${outcome.blockNumber}, ${outcome.txIndex})`
  const isOther = ne(deposits.txHash, outcome.txHash)
  const inside = isInside({ sweep: outcome })
  const rows = await tx
    .select()
    .from(deposits)
    .where(
      and(
        isOfAsset(deposits, sweep),
        eq(deposits.covered, false),
        ne(deposits.state, 'orphaned'),
        isNotNull(deposits.confirmedAt),
        isAfterAdoption(deposits.id, outcome.blockNumber),
        sql`((${isOther} and ${place} < ${at}) or ${inside})`,
      ),
    )
    .orderBy(...chainOrder)
    .for('update')
  return rows.map(toDeposit)
}

/**
 * Returns the keeper's gas money that a native sweep moved. It is booked, and never counted as a
 * deposit (MONEY 6).
 */
function gasReturned(sweep: SweepRow, outcome: SweepOutcome, coveredSum: bigint): bigint | null {
  if (sweep.asset !== 'native') return null
  const surplus = outcome.leftAmount - coveredSum
  return surplus > 0n ? surplus : 0n
}

/**
 * Returns the detail for a wallet that held less than its deposits brought, because an external
 * transaction or the token took a part (MONEY 11, 12).
 */
function shortWords(brought: bigint, held: bigint): string {
  if (brought <= held) return ''
  return `its sweep emptied the wallet, which held ${held} of the ${brought} (smallest unit) that its deposits had brought: "coldsweep reconcile" names the difference`
}
