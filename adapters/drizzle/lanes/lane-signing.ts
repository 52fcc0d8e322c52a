import { and, eq, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { type Halt, haltWords } from '../../../domain/deposits/halt.ts'
import type { LaneStore } from '../../../domain/lanes/lane-store.ts'
import type { LockedLane, NewTransaction } from '../../../domain/lanes/locked-lane.ts'
import { type Transaction, transactionKey } from '../../../domain/lanes/transaction.ts'
import { LaneBusy } from '../../../domain/money-errors.ts'
import { attempts, keepers, sweeps, transactions } from '../../../drizzle/schema.ts'
import { haltOf, heldCoin, isSweepSigned } from '../deposits/halts.ts'
import type { Queries } from '../queries.ts'
import { unexplainedOf } from '../sweeps/lane-closing.ts'
import { closeLane, enterLane, type LaneRow, moveNextNonce } from '../sweeps/lane-row.ts'
import { lockLane, lockSweep } from '../sweeps/locks.ts'
import { savePlan } from '../sweeps/sweep-row.ts'
import { isOutlived } from './drain-rows.ts'
import { appendAttempt, findInLane, liveUnmined } from './lane-attempts.ts'
import { createSpendingReader, type SpendingReader, sweepsOfDay } from './spending.ts'
import { notFinalOfLane, roundsOf, transactionsOfSweep } from './transaction-rows.ts'

/**
 * Milliseconds that a signature may wait for its lane. It waits only for other signatures, which
 * take a few milliseconds each.
 */
const lockTimeoutMs = 5_000

/** PostgreSQL's `lock_not_available`. */
const lockNotAvailable = '55P03'

/**
 * Provides the methods of the lane store that signing uses. The lock of a lane is the lock of its
 * row (MONEY 1).
 */
export function laneSigning(db: Queries): Pick<LaneStore, 'withLane' | 'ofSweep' | 'raiseCap'> {
  const reader = createSpendingReader()
  return {
    async withLane(lane, decide) {
      // The insert is a separate commit. Inside the next commit it would wait for a concurrent
      // first entry without the lock timeout.
      await enterLane(db, lane)
      try {
        return await db.transaction(async (tx) => {
          await tx.execute(sql.raw(`set local lock_timeout = ${lockTimeoutMs}`))
          const row = await lockLane(tx, lane)
          if (!row)
            throw new Error(`the lane of ${lane.sender} has gone: rows were changed by hand`)
          return await decide(lockedLane(tx, row, reader))
        })
      } catch (error) {
        if (codeOf(error) === lockNotAvailable)
          throw new LaneBusy(`the lane of ${lane.sender} is busy`)
        throw error
      }
    },
    ofSweep: (sweepId) => transactionsOfSweep(db, sweepId),
    async raiseCap(key, capWei) {
      await db
        .update(transactions)
        .set({ feeCapWei: sql`greatest(${transactions.feeCapWei}, ${capWei})` })
        .where(liveUnmined(key))
    },
  }
}

/** Drizzle wraps the driver's error as its cause. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  return 'code' in error ? error.code : codeOf(error.cause)
}

/** Returns the operations on a lane whose row the database transaction `tx` has locked. */
function lockedLane(tx: Queries, row: LaneRow, reader: SpendingReader): LockedLane {
  return {
    nextNonce: row.nextNonce,
    holderSweepId: row.holderSweepId,
    closedReason: row.closedReason,
    unexplained: () => unexplainedOf(tx, row.chainId, row.sender),
    close: (reason) => closeLane(tx, row, reason),
    notFinal: (afterBlock) => notFinalOfLane(tx, row.chainId, row.sender, afterBlock),
    isSweepOpen: async (sweepId) => (await lockSweep(tx, sweepId))?.closedAt === null,
    haltOf: async (sweepId, coldWallet) =>
      (await haltOfRetiredKeeper(tx, row)) ?? (await haltOfSweep(tx, sweepId, coldWallet)),
    heldCoin: () => heldCoin(tx, { chainId: row.chainId, wallet: row.sender }),
    drainHaltOf: (orderId, to, coldWallet) => drainHaltOf(tx, row, orderId, to, coldWallet),
    spending: (sweepId) => reader.spendingOf(tx, row, sweepId),
    sweepsOfDay: (wallet, sweepId) => sweepsOfDay(tx, row.chainId, wallet, sweepId),
    budgetFreeAt: (hit, leaving) => reader.budgetFreeAt(tx, row, hit, leaving),
    rounds: (sweepId, step) => roundsOf(tx, sweepId, step),
    insert: (transaction) => insertTransaction(tx, row, transaction),
    find: (key) => findInLane(tx, row, key),
    append: (key, attempt) => appendAttempt(tx, row, key, attempt),
  }
}

/**
 * Returns the halt if the lane's sender is a retired keeper; otherwise undefined. Takes a share
 * lock on the keeper's row: a retirement waits for this commit, so it sees the transaction that is
 * signed here.
 */
async function haltOfRetiredKeeper(
  tx: Queries,
  { chainId, sender, role }: LaneRow,
): Promise<Halt | undefined> {
  if (role !== 'keeper') return undefined
  const [keeper] = await tx
    .select({ retiredAt: keepers.retiredAt })
    .from(keepers)
    .where(and(eq(keepers.chainId, chainId), eq(keepers.address, sender)))
    .for('share')
  if (!keeper || keeper.retiredAt === null) return undefined
  return { kind: 'keeper-retired', keeper: sender as Address }
}

/**
 * Returns why the lane's sender may not be drained to the address; undefined if it may. The share
 * locks on the keepers' rows make a rotation wait for this commit.
 */
async function drainHaltOf(
  tx: Queries,
  { chainId, sender }: LaneRow,
  orderId: string,
  to: Address,
  coldWallet: Address,
): Promise<string | undefined> {
  const rows = await tx
    .select({ address: keepers.address, retiredAt: keepers.retiredAt })
    .from(keepers)
    .where(eq(keepers.chainId, chainId))
    .orderBy(keepers.address)
    .for('share')
  const own = rows.find(({ address }) => address === sender)
  if (!own) return 'it is no registered keeper of the chain'
  if (own.retiredAt === null) return 'it is the current keeper again'
  if (await isOutlived(tx, orderId)) return 'it was the current keeper again after the order'
  const current = rows.find(({ retiredAt }) => retiredAt === null)?.address
  if (to !== coldWallet && to !== current)
    return 'the keeper of this worker is not the registered one: set it in coldsweep.yaml and restart'
  const halt = await haltOf(tx, { chainId, wallet: sender, asset: 'native' }, { coldWallet })
  return halt && haltWords(halt)
}

/**
 * Returns the halt of a sweep. A signed sweep is not halted, because it has to be finished. More
 * gas for it is allowed too, because more gas starts no new sweep.
 */
async function haltOfSweep(
  tx: Queries,
  sweepId: string,
  coldWallet: Address,
): Promise<Halt | undefined> {
  const [sweep] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId))
  if (!sweep || (await isSweepSigned(tx, sweepId))) return undefined
  return await haltOf(tx, sweep, { coldWallet, sweepId })
}

async function insertTransaction(
  tx: Queries,
  lane: LaneRow,
  born: NewTransaction,
): Promise<Transaction> {
  const key = transactionKey(born.sweepId, born.step, born.round)
  await tx.insert(transactions).values({
    key,
    sweepId: born.sweepId,
    step: born.step,
    round: born.round,
    chainId: lane.chainId,
    sender: lane.sender,
    nonce: born.nonce,
    to: born.to,
    valueWei: born.valueWei,
    data: born.data,
    gasLimit: born.fees.gasLimit,
    feeCapWei: born.feeCapWei,
    l1FeeWei: born.l1FeeWei,
    costLimitWei: born.costLimitWei ?? null,
    balanceBlock: born.balanceBlock,
  })
  await tx.insert(attempts).values({
    hash: born.signed.hash,
    transactionKey: key,
    number: 1,
    kind: 'send',
    valueWei: born.valueWei,
    signedBlock: born.signedBlock,
    maxFeeWei: born.fees.maxFeeWei,
    maxPriorityFeeWei: born.fees.maxPriorityFeeWei,
    raw: Buffer.from(born.signed.raw.slice(2), 'hex'),
  })
  if (born.senderBalanceWei !== undefined) {
    const block = born.balanceBlock ?? born.signedBlock
    const { gasLimit } = born.fees
    const plan = { amount: born.senderBalanceWei, block, gasLimit, feeCapWei: born.feeCapWei }
    await savePlan(tx, born.sweepId, { ...plan, gasShortWei: 0n })
  }
  await moveNextNonce(tx, lane, born.nonce + 1n)
  const [inserted] = await roundsOf(tx, born.sweepId, born.step).then((rounds) => rounds.slice(-1))
  if (!inserted) throw new Error(`transaction ${key} was not stored`)
  return inserted
}
