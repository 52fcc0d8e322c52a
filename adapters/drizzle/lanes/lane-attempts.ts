import { and, eq, isNull } from 'drizzle-orm'
import type { NewAttempt } from '../../../domain/lanes/locked-lane.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { attempts, type lanes, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { readTransactions } from './transaction-rows.ts'

type Lane = typeof lanes.$inferSelect

/**
 * Condition for a transaction that may get another attempt: it has not ended, and no block has it.
 */
export const liveUnmined = (key: string) =>
  and(eq(transactions.key, key), eq(transactions.state, 'live'), isNull(transactions.minedBlock))

/**
 * Reads a transaction of the lane without locking its row. If a block includes the transaction
 * meanwhile, nodes refuse the next attempt, which does no harm.
 */
export async function findInLane(
  tx: Queries,
  lane: Lane,
  key: string,
): Promise<Transaction | undefined> {
  const ofLane = and(
    eq(transactions.key, key),
    eq(transactions.chainId, lane.chainId),
    eq(transactions.sender, lane.sender),
  )
  const [found] = await readTransactions(tx, ofLane, [])
  return found
}

/**
 * Stores another signed attempt of a transaction, and the L1 fee that was quoted for the attempt.
 */
export async function appendAttempt(
  tx: Queries,
  lane: Lane,
  key: string,
  born: NewAttempt,
): Promise<Transaction> {
  const before = await findInLane(tx, lane, key)
  const last = before?.attempts.at(-1)
  if (!last) throw new Error(`transaction ${key} has no attempt: rows were changed by hand`)
  await tx.insert(attempts).values({
    hash: born.signed.hash,
    transactionKey: key,
    number: last.number + 1,
    kind: born.kind,
    valueWei: born.valueWei,
    signedBlock: born.signedBlock,
    gasLimit: born.fees.gasLimit,
    maxFeeWei: born.fees.maxFeeWei,
    maxPriorityFeeWei: born.fees.maxPriorityFeeWei,
    raw: Buffer.from(born.signed.raw.slice(2), 'hex'),
  })
  await tx.update(transactions).set({ l1FeeWei: born.l1FeeWei }).where(eq(transactions.key, key))
  const after = await findInLane(tx, lane, key)
  if (!after) throw new Error(`transaction ${key} has gone: rows were changed by hand`)
  return after
}
