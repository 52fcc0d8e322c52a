import { and, asc, eq, inArray, isNotNull, ne, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { largerOf } from '../../../domain/amount.ts'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { type Candidate, type Coverable, coveredBy } from '../../../domain/sweeps/coverage.ts'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import { deposits, openingBalances, sweeps } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { markDone } from '../deposits/change-state.ts'
import { chainOrder, type DepositRow, type SweepRow, toDeposit, toSweep } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'
import { hasInside } from './inside-sweep.ts'
import { lockLane, lockRecordedSweeps } from './locks.ts'
import { gasFromDeposits } from './own-gas.ts'
import { balanceBlockOf } from './signed-transactions.ts'
import { correctOutcome } from './sweep-row.ts'
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
  const [seen] = await tx.select().from(deposits).where(eq(deposits.id, depositId))
  if (!seen) return false
  await lockLane(tx, { chainId: seen.chainId, sender: seen.wallet })
  await lockRecordedSweeps(tx, seen)
  return await coverLocked(tx, depositId, held)
}

/** As `coverLate`. The caller holds the locks of the wallet's lane and of its recorded sweeps. */
async function coverLocked(tx: Queries, depositId: string, held?: bigint): Promise<boolean> {
  const [row] = await tx.select().from(deposits).where(eq(deposits.id, depositId)).for('update')
  // An unconfirmed deposit belongs to the scanner, and its `deposit.confirmed` has not been sent
  // yet (MONEY 21).
  if (!row || row.covered || row.state === 'orphaned' || row.confirmedAt === null) return false
  const hasGone = held !== undefined && held < row.amount
  const later = await laterSweeps(tx, row, hasGone)
  for (const candidate of later) {
    const { outcome } = toSweep(candidate)
    if (!outcome) continue
    const room = await roomOf(tx, candidate, outcome)
    const fits = coveredBy([toDeposit(row)], {
      ...outcome,
      coverableAmount: room,
      emptied: false,
      remaining: null,
      balanceBlock: hasGone ? null : await balanceBlockOf(tx, candidate),
    })
    if (fits.length === 0) continue
    await markLate(tx, [row], candidate, outcome)
    return true
  }
  const last = later.at(-1)
  if (!last || !hasGone || !(await wentInParts(tx, row, held))) return false
  const { outcome } = toSweep(last)
  if (!outcome) return false
  await markLate(tx, [row], last, outcome)
  return true
}

/** The part of a recorded sweep's amount that its covered deposits do not explain. */
export async function roomOf(tx: Queries, sweep: SweepRow, outcome: SweepOutcome): Promise<bigint> {
  const gas = await gasFromDeposits(tx, sweep, outcome)
  return outcome.coverableAmount + gas - (await coveredAmount(tx, sweep.id))
}

async function coveredAmount(tx: Queries, sweepId: string): Promise<bigint> {
  const [sum] = await tx
    .select({ covered: sql<string>`coalesce(sum(${deposits.amount}), 0)` })
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), eq(deposits.covered, true)))
  return BigInt(sum?.covered ?? '0')
}

/**
 * Marks late deposits of one sweep as `done`. They have no share of the fees if the sweep covers
 * other deposits, which have borne them; otherwise the first bears all.
 */
export async function markLate(
  tx: Queries,
  late: readonly Pick<Deposit, 'id'>[],
  { id: sweepId, asset }: Pick<SweepRow, 'id' | 'asset'>,
  outcome: SweepOutcome,
): Promise<void> {
  const [other] = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), eq(deposits.covered, true)))
    .limit(1)
  const done = { gasShareWei: other ? 0n : outcome.gasSpentWei }
  await markDone(
    tx,
    late.map(({ id }, n) => ({ id, ...(n === 0 ? done : { gasShareWei: 0n }) })),
    { sweepId, ...outcome },
  )
  if (asset !== 'native') return
  // The keeper's gas money is the part that no deposit explains.
  const surplus = outcome.leftAmount - (await coveredAmount(tx, sweepId))
  await correctOutcome(tx, sweepId, { gasReturnedWei: largerOf(surplus, 0n) })
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
 * Returns the sweeps of the deposit's wallet and asset after the deposit's place, in chain order.
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
        isAfterAdoption(row.id, sweeps.blockNumber),
        own ? sql`(${isLater} or ${hasInside(row)})` : isLater,
      ),
    )
    .orderBy(asc(sweeps.blockNumber), asc(sweeps.txIndex))
}

/** Place of an uncovered deposit in the chain, and the values that decide about its coverage. */
export type PlacedCandidate = Candidate & Pick<Deposit, 'txIndex'>

/** Deposits that an earlier sweep moved, and the others, each in chain order. */
export interface Sorted<D> {
  readonly late: readonly { readonly sweep: RecordedSweep; readonly deposits: readonly D[] }[]
  readonly own: readonly D[]
}

/** A recorded sweep, and the part of its amount that no deposit explains yet. */
interface RecordedSweep {
  readonly row: SweepRow
  readonly outcome: SweepOutcome
  readonly balanceBlock: bigint | null
  room: bigint
}

/**
 * Finds the deposits that an earlier sweep moved. Otherwise they would use room of this sweep that
 * the others need. The caller holds the locks of the wallet's lane and of its recorded sweeps.
 * @param uncovered in chain order
 */
export async function sortOutEarlier<D extends PlacedCandidate>(
  tx: Queries,
  at: WalletAsset,
  uncovered: readonly D[],
): Promise<Sorted<D>> {
  const recorded = await recordedAfter(tx, at, uncovered[0])
  if (recorded.length === 0) return { late: [], own: uncovered }
  const openings = await openingBlocks(tx, at)
  const moved = new Map<RecordedSweep, D[]>()
  const own: D[] = []
  for (const deposit of uncovered) {
    const opened = openings.get(deposit.id)
    const sweep = recorded.find(
      (it) =>
        isBefore(deposit, it.outcome) &&
        (opened === undefined || opened < it.outcome.blockNumber) &&
        coveredBy([deposit], roomAsCoverable(it)).length > 0,
    )
    if (!sweep) {
      own.push(deposit)
      continue
    }
    sweep.room -= deposit.amount
    const ofSweep = moved.get(sweep)
    if (ofSweep) ofSweep.push(deposit)
    else moved.set(sweep, [deposit])
  }
  return { late: [...moved].map(([sweep, late]) => ({ sweep, deposits: late })), own }
}

const isBefore = (deposit: PlacedCandidate, { txHash, blockNumber, txIndex }: SweepOutcome) =>
  deposit.txHash !== txHash &&
  (deposit.blockNumber < blockNumber ||
    (deposit.blockNumber === blockNumber && deposit.txIndex < txIndex))

const roomAsCoverable = ({ outcome, room, balanceBlock }: RecordedSweep): Coverable => ({
  ...outcome,
  coverableAmount: room,
  emptied: false,
  remaining: null,
  balanceBlock,
})

/** Reads the recorded sweeps after a place, in chain order, with their rooms. */
async function recordedAfter(
  tx: Queries,
  at: WalletAsset,
  first: PlacedCandidate | undefined,
): Promise<RecordedSweep[]> {
  if (!first) return []
  const place = sql`(${sweeps.blockNumber}, ${sweeps.txIndex})`
  const isLater = sql`${place} > (${first.blockNumber}, ${first.txIndex})`
  const rows = await tx
    .select()
    .from(sweeps)
    .where(and(isOfAsset(sweeps, at), eq(sweeps.outcome, 'swept'), isLater))
    .orderBy(asc(sweeps.blockNumber), asc(sweeps.txIndex))
  const recorded: RecordedSweep[] = []
  for (const row of rows) {
    const { outcome } = toSweep(row)
    if (!outcome) continue
    const room = await roomOf(tx, row, outcome)
    recorded.push({ row, outcome, room, balanceBlock: await balanceBlockOf(tx, row) })
  }
  return recorded
}

/** Blocks of the wallet's opening balances of the asset, by deposit id. */
async function openingBlocks(tx: Queries, at: WalletAsset): Promise<ReadonlyMap<string, bigint>> {
  const rows = await tx
    .select({ id: openingBalances.depositId, blockNumber: openingBalances.blockNumber })
    .from(openingBalances)
    .where(isOfAsset(openingBalances, at))
  return new Map(rows.map(({ id, blockNumber }) => [id, blockNumber]))
}

/** Condition for deposits that a sweep may cover (MONEY 11, 21). */
export const isUncovered: SQL | undefined = and(
  eq(deposits.covered, false),
  ne(deposits.state, 'orphaned'),
  isNotNull(deposits.confirmedAt),
)

/**
 * Locks deposits in chain order, and returns those that are still uncovered.
 * @param some in chain order
 */
export async function lockUncovered<D extends Pick<Deposit, 'id'>>(
  tx: Queries,
  some: readonly D[],
): Promise<readonly D[]> {
  const found = new Set<string>()
  for (const part of chunks(some)) {
    const ids = part.map(({ id }) => id)
    const rows = await tx
      .select({ id: deposits.id })
      .from(deposits)
      .where(and(inArray(deposits.id, ids), isUncovered))
      .orderBy(...chainOrder)
      .for('update')
    for (const { id } of rows) found.add(id)
  }
  return some.filter(({ id }) => found.has(id))
}

/**
 * Covers deposits that an earlier sweep moved, and returns the other deposits. The caller holds the
 * locks of the wallet's lane and of its recorded sweeps.
 */
export async function withoutEarlier(
  tx: Queries,
  at: WalletAsset,
  uncovered: readonly Deposit[],
): Promise<readonly Deposit[]> {
  const { late, own } = await sortOutEarlier(tx, at, await lockUncovered(tx, uncovered))
  for (const { sweep, deposits: moved } of late) await markLate(tx, moved, sweep.row, sweep.outcome)
  return own
}

/**
 * Condition for sweeps that can have moved an opening balance: those after the block at which it
 * was read. Its parts that earlier sweeps moved were covered when it was adopted (MONEY 25). True
 * for every other deposit.
 * @param sweptIn block of the sweep
 */
export const isAfterAdoption = (
  depositId: SQLWrapper | string,
  sweptIn: SQLWrapper | bigint,
): SQL => sql`not exists (
  select 1 from ${openingBalances} where ${openingBalances.depositId} = ${depositId}
    and ${openingBalances.blockNumber} >= ${sweptIn})`
