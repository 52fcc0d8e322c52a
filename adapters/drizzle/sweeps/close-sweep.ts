import { and, eq, ne, sql } from 'drizzle-orm'
import type { Hash } from '../../../domain/address.ts'
import { NotYet } from '../../../domain/money-errors.ts'
import {
  type Coverable,
  coveredBy,
  isBelievedEmpty,
  sumOf,
} from '../../../domain/sweeps/coverage.ts'
import { gasShareOf, shareGas } from '../../../domain/sweeps/gas-share.ts'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { attempts, deposits, transactions } from '../../../drizzle/schema.ts'
import { type DoneDeposit, markDone, uncover } from '../deposits/change-state.ts'
import { chainOrder, type SweepRow, toSweep } from '../deposits/rows.ts'
import { endTrial } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset } from '../wallet-asset.ts'
import {
  isAfterAdoption,
  isUncovered,
  lockUncovered,
  markLate,
  type PlacedCandidate,
  type Sorted,
  sortOutEarlier,
} from './cover-late.ts'
import { depositsNotTaken } from './deposits-not-taken.ts'
import { isInside } from './inside-sweep.ts'
import { freeLane } from './lane-row.ts'
import { lockLaneAndSweep, lockRecordedSweeps } from './locks.ts'
import { gasFromDeposits } from './own-gas.ts'
import { balanceBlockOf } from './signed-transactions.ts'
import { closeSweepRow, correctOutcome } from './sweep-row.ts'
import { earlierParts } from './unclaimed.ts'

/**
 * Deposits that one commit covers. A third party decides how many deposits a wallet has, and a
 * commit that covered all of them would hold the wallet's lane for minutes.
 */
const perCommit = 1_000

/** Coverage that one commit decided and that further commits write. */
interface Rest {
  readonly txHash: string
  /** In chain order. */
  readonly done: readonly DoneDeposit[]
  readonly detail: string
}

/** Result of one commit of a close. */
interface Part {
  readonly covered: number
  /** `end`: nothing is left to do. `judge`: the rest is not decided yet. */
  readonly next: 'end' | 'judge' | Rest
}

/**
 * MONEY 11: closes a final sweep and writes its coverage, once, in the caller's commit. Returns the
 * number of deposits that the sweep covers; 0 if it is already closed or has no outcome.
 */
export async function closeSweep(tx: Queries, sweepId: string): Promise<number> {
  return await inParts((rest) => closePart(tx, sweepId, rest))
}

/**
 * As `closeSweep`, in commits of at most 1,000 deposits. The sweep stays open until the last one,
 * so a close that was interrupted is continued by the next.
 * @param withinMs longest time after which another commit is begun
 * @throws NotYet if deposits are left then
 */
export async function closeInParts(
  db: Queries,
  sweepId: string,
  withinMs: number,
): Promise<number> {
  const until = Date.now() + withinMs
  return await inParts((rest, covered) => {
    if (covered > 0 && Date.now() > until)
      throw new NotYet(`${covered} deposits of the sweep are recorded, and more are left`)
    return db.transaction((tx) => closePart(tx, sweepId, rest))
  })
}

/** Reads the sweeps whose close has begun, is not finished, and has no driver. */
export async function interruptedCloses(db: Queries): Promise<readonly string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select s.id from sweeps s
    where s.closed_at is null and s.tx_hash is not null
      and (s.lease_until is null or s.lease_until < now())
      and exists (select 1 from deposits d where d.sweep_id = s.id and d.covered)
    limit ${mostInterrupted}`)
  return rows.map(({ id }) => id)
}

const mostInterrupted = 20

async function inParts(
  close: (rest: Rest | undefined, covered: number) => Promise<Part>,
): Promise<number> {
  let covered = 0
  let rest: Rest | undefined
  for (;;) {
    const part = await close(rest, covered)
    covered += part.covered
    if (part.next === 'end') return covered
    rest = part.next === 'judge' ? undefined : part.next
  }
}

async function closePart(tx: Queries, sweepId: string, rest: Rest | undefined): Promise<Part> {
  const row = await lockLaneAndSweep(tx, sweepId)
  if (!row || row.closedAt !== null) return ended(0)
  const { outcome } = toSweep(row)
  // An earlier call removed the outcome (below), and its result was lost. The run plans again.
  if (!outcome) return ended(0)
  if (await isUndone(tx, sweepId, outcome.txHash)) {
    await uncover(tx, sweepId)
    await correctOutcome(tx, sweepId, { txHash: null })
    return ended(0)
  }
  if (rest && rest.txHash === outcome.txHash) {
    const part = await coverSome(tx, sweepId, rest)
    if (part) return part
  }
  await lockRecordedSweeps(tx, row)
  const uncovered = await uncoveredBefore(tx, row, outcome)
  const { late, own } = await sortOutEarlier(tx, row, uncovered)
  if (late.length > 0 && uncovered.length > perCommit) return await coverEarlier(tx, late)
  for (const { sweep, deposits: some } of late) await markLate(tx, some, sweep.row, sweep.outcome)
  const before = await coveredSoFar(tx, sweepId)
  const coverable = await coverableOf(tx, row, outcome, [...before, ...own])
  const covered = coveredBy(own, { ...coverable, coveredAmount: sumOf(before) })
  const coveredSum = sumOf(before) + sumOf(covered)
  const sharing = shareGas(outcome.gasSpentWei, [...before, ...covered])
  const done = covered.map(({ id, amount }) => {
    const share = sharing ? gasShareOf(sharing, { id, amount, late: false }) : 0n
    return { id, gasShareWei: share }
  })
  const detail = shortWords(coveredSum, coverable.coverableAmount)
  const all = { txHash: outcome.txHash, done, detail }
  if (done.length > perCommit)
    return (await coverSome(tx, sweepId, all)) ?? { covered: 0, next: 'judge' }
  // Of many deposits only the first are locked.
  const isLocked = uncovered.length <= perCommit
  if (!isLocked && (await lockUncovered(tx, done)).length < done.length)
    return { covered: 0, next: 'judge' }
  await markDone(tx, done, { sweepId, ...outcome }, detail)
  const gasReturnedWei = gasReturned(row, outcome, coveredSum)
  await closeSweepRow(tx, sweepId, { outcome: 'swept', gasReturnedWei })
  await endTrial(tx, row, sweepId)
  await freeLane(tx, row)
  return ended(done.length)
}

const ended = (covered: number): Part => ({ covered, next: 'end' })

/**
 * Covers the next deposits of a decided coverage.
 * @returns undefined if one of them has changed since, so that all is judged again
 */
async function coverSome(
  tx: Queries,
  sweepId: string,
  { txHash, done, detail }: Rest,
): Promise<Part | undefined> {
  const some = done.slice(0, perCommit)
  if ((await lockUncovered(tx, some)).length < some.length) return undefined
  await markDone(tx, some, { sweepId, txHash: txHash as Hash }, detail)
  const left = done.slice(perCommit)
  return { covered: some.length, next: left.length > 0 ? { txHash, done: left, detail } : 'judge' }
}

/** Covers the first of many deposits that earlier sweeps moved. */
async function coverEarlier(tx: Queries, late: Sorted<PlacedCandidate>['late']): Promise<Part> {
  const [first] = late
  if (first) {
    const some = await lockUncovered(tx, first.deposits.slice(0, perCommit))
    await markLate(tx, some, first.sweep.row, first.sweep.outcome)
  }
  return { covered: 0, next: 'judge' }
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
  candidates: readonly PlacedCandidate[],
): Promise<Coverable> {
  const balanceBlock = await balanceBlockOf(tx, sweep)
  const { since, after } = await depositsNotTaken(tx, sweep, outcome, balanceBlock)
  const { remainingAmount } = outcome
  const beside =
    (await gasFromDeposits(tx, sweep, outcome)) + (await earlierParts(tx, sweep, candidates))
  return {
    ...outcome,
    coverableAmount: outcome.coverableAmount + beside,
    emptied: isBelievedEmpty(outcome, since > 0),
    balanceBlock,
    remaining: remainingAmount === null ? null : remainingAmount - after,
  }
}

/** The columns of a deposit by which its coverage is decided. */
const placedColumns = {
  id: deposits.id,
  txHash: deposits.txHash,
  blockNumber: deposits.blockNumber,
  txIndex: deposits.txIndex,
  amount: deposits.amount,
}

const toPlaced = (row: {
  readonly id: string
  readonly txHash: string
  readonly blockNumber: bigint
  readonly txIndex: number
  readonly amount: bigint
}): PlacedCandidate => ({ ...row, txHash: row.txHash as Hash })

/** Reads the deposits that earlier commits of the close have covered, in chain order. */
async function coveredSoFar(tx: Queries, sweepId: string): Promise<PlacedCandidate[]> {
  const rows = await tx
    .select(placedColumns)
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), eq(deposits.covered, true)))
    .orderBy(...chainOrder)
  return rows.map(toPlaced)
}

/**
 * Reads the confirmed, uncovered deposits before the sweep's place, in chain order. Orphaned rows
 * are left out, and so are opening balances that were read after the sweep (MONEY 25); dust rows
 * are included (MONEY 15). Credits of the sweep's own transaction are included if they were logged
 * before its transfer. Locks them all, unless there are more than one commit covers.
 */
async function uncoveredBefore(
  tx: Queries,
  sweep: SweepRow,
  outcome: SweepOutcome,
): Promise<PlacedCandidate[]> {
  const place = sql`(${deposits.blockNumber}, ${deposits.txIndex})`
  const at = sql`(${outcome.blockNumber}, ${outcome.txIndex})`
  const isOther = ne(deposits.txHash, outcome.txHash)
  const inside = isInside(sweep, outcome)
  const before = () =>
    tx
      .select(placedColumns)
      .from(deposits)
      .where(
        and(
          isOfAsset(deposits, sweep),
          isUncovered,
          isAfterAdoption(deposits.id, outcome.blockNumber),
          sql`((${isOther} and ${place} < ${at}) or ${inside})`,
        ),
      )
      .orderBy(...chainOrder)
  const first = await before()
    .limit(perCommit + 1)
    .for('update')
  const rows = first.length > perCommit ? await before() : first
  return rows.map(toPlaced)
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
