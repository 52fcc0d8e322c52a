import { and, eq } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import type { LockedLane, NewTransaction } from '../../../domain/lanes/locked-lane.ts'
import { type Transaction, transactionKey } from '../../../domain/lanes/transaction.ts'
import { attempts, keepers, sweeps, transactions } from '../../../drizzle/schema.ts'
import { haltOf, isSweepSigned } from '../deposits/halts.ts'
import type { Queries } from '../queries.ts'
import { unexplainedOf } from '../sweeps/lane-closing.ts'
import { closeLane, type LaneRow, moveNextNonce } from '../sweeps/lane-row.ts'
import { lockSweep } from '../sweeps/locks.ts'
import { appendAttempt, findInLane } from './lane-attempts.ts'
import { notFinalOfLane, roundsOf } from './transaction-rows.ts'

/** A lane whose row the transaction `tx` has locked. */
export function lockedLane(tx: Queries, row: LaneRow): LockedLane {
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
    rounds: (sweepId, step) => roundsOf(tx, sweepId, step),
    insert: (transaction) => insertTransaction(tx, row, transaction),
    find: (key) => findInLane(tx, row, key),
    append: (key, attempt) => appendAttempt(tx, row, key, attempt),
  }
}

/**
 * The halt of a retired keeper; undefined otherwise. Takes a share lock on the keeper's row: a
 * retirement waits for this commit, so it sees the transaction that is signed here.
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
 * A signed sweep is not halted, because it has to be finished. More gas for it is allowed too,
 * because that starts no new sweep.
 */
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
