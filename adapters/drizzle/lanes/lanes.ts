import { and, eq, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import type { Lanes, LockedLane, NewTransaction } from '../../../domain/lanes/lanes.ts'
import { type Transaction, transactionKey } from '../../../domain/lanes/transaction.ts'
import { LaneBusy } from '../../../domain/money-errors.ts'
import { attempts, keepers, sweeps, transactions } from '../../../drizzle/schema.ts'
import { haltOf, isSweepSigned } from '../deposits/halts.ts'
import type { Queries } from '../queries.ts'
import { unexplainedOf } from '../sweeps/lane-closing.ts'
import { closeLane, enterLane, type LaneRow, moveNextNonce } from '../sweeps/lane-row.ts'
import { lockLane, lockSweep } from '../sweeps/locks.ts'
import { appendAttempt, findInLane, liveUnmined } from './lane-attempts.ts'
import { roundsOf, transactionsOfSweep, unsettledOfLane } from './transaction-rows.ts'

/**
 * How long a signature may wait for its lane; behind it are only other signatures, a few
 * milliseconds each.
 */
const lockTimeoutMs = 5_000

/** PostgreSQL's `lock_not_available` */
const lockNotAvailable = '55P03'

/**
 * The lane's row is the lock (MONEY 1). Give it a pool of its own: a signature must not queue
 * behind reports.
 */
export function createLanes(db: Queries): Lanes {
  return {
    async withLane(lane, decide) {
      // In a commit of its own: an insert inside would wait for a concurrent first entry without
      // the time-out's help.
      await enterLane(db, lane)
      try {
        return await db.transaction(async (tx) => {
          await tx.execute(sql.raw(`set local lock_timeout = ${lockTimeoutMs}`))
          const row = await lockLane(tx, lane)
          if (!row)
            throw new Error(`the lane of ${lane.sender} has gone: rows were changed by hand`)
          return await decide(lockedLane(tx, row))
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

function lockedLane(tx: Queries, row: LaneRow): LockedLane {
  return {
    nextNonce: row.nextNonce,
    holderSweepId: row.holderSweepId,
    closedReason: row.closedReason,
    unexplained: () => unexplainedOf(tx, row.chainId, row.sender),
    close: (reason) => closeLane(tx, row, reason),
    unsettled: (afterBlock) => unsettledOfLane(tx, row.chainId, row.sender, afterBlock),
    isOpen: async (sweepId) => (await lockSweep(tx, sweepId))?.closedAt === null,
    halted: async (sweepId, coldWallet) =>
      (await retiredKeeper(tx, row)) ?? (await haltOfSweep(tx, sweepId, coldWallet)),
    rounds: (sweepId, step) => roundsOf(tx, sweepId, step),
    insert: (transaction) => insertTransaction(tx, row, transaction),
    find: (key) => findInLane(tx, row, key),
    append: (key, attempt) => appendAttempt(tx, row, key, attempt),
  }
}

/**
 * The row stays shared until this commit ends: a retirement waits for it, and then sees what it has
 * signed.
 */
async function retiredKeeper(
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

/** What is signed is finished first: more gas for it is no new sweep. */
async function haltOfSweep(
  tx: Queries,
  sweepId: string,
  coldWallet: Address,
): Promise<Halt | undefined> {
  const [sweep] = await tx.select().from(sweeps).where(eq(sweeps.id, sweepId))
  if (!sweep || (await isSweepSigned(tx, sweepId))) return undefined
  return await haltOf(tx, sweep, coldWallet)
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
  await moveNextNonce(tx, lane, born.nonce + 1n)
  const [inserted] = await roundsOf(tx, born.sweepId, born.step).then((rounds) => rounds.slice(-1))
  if (!inserted) throw new Error(`transaction ${key} was not stored`)
  return inserted
}

/** drizzle wraps the driver's error as its cause. */
function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined
  return 'code' in error ? error.code : codeOf(error.cause)
}
