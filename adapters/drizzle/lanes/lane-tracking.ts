import { and, eq, isNull, sql } from 'drizzle-orm'
import type { LaneStore, Seen } from '../../../domain/lanes/lane-store.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { attempts, scanCursors, sweeps, transactions } from '../../../drizzle/schema.ts'
import { noteFailure } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'
import { endAgain, lockClosed } from '../sweeps/end-again.ts'
import { freeLane, noteLastMined, retakeLane } from '../sweeps/lane-row.ts'
import { lockLane } from '../sweeps/locks.ts'
import { closeDrain } from './drain-rows.ts'
import { dueWakeUps } from './due-wake-ups.ts'
import { isNotedExternal, noteUsedNonce } from './external-transactions.ts'
import { noteRefusal } from './note-refusal.ts'
import { liveOfChain } from './transaction-rows.ts'

/** Provides the methods of the lane store that the lane loop uses to track transactions. */
export function laneTracking(
  db: Queries,
): Omit<LaneStore, 'lead' | 'withLane' | 'ofSweep' | 'raiseCap'> {
  return {
    live: (chainId) => liveOfChain(db, chainId),
    async noteSend(hash, refusal) {
      await db
        .update(attempts)
        .set({
          sends: sql`${attempts.sends} + 1`,
          unheld: sql`${attempts.unheld} + 1`,
          firstSentAt: sql`coalesce(${attempts.firstSentAt}, now())`,
          lastSentAt: sql`now()`,
          lastError: refusal,
        })
        .where(eq(attempts.hash, hash))
    },
    async noteHeld(hash) {
      await db.update(attempts).set({ unheld: 0, lastError: null }).where(eq(attempts.hash, hash))
    },
    noteRefusal: (transaction, refusal) => noteRefusal(db, transaction, refusal),
    recordMined: (read, mined) =>
      db.transaction(async (tx) => {
        const [row] = await tx
          .update(transactions)
          .set({
            minedHash: mined.hash,
            minedBlock: mined.blockNumber,
            minedBlockHash: mined.blockHash,
            minedTxIndex: mined.txIndex,
            minedOk: mined.ok,
            gasUsed: mined.gasUsed,
            gasPriceWei: mined.gasPriceWei,
            minedL1FeeWei: mined.l1FeeWei,
            firstMinedAt: sql`coalesce(${transactions.firstMinedAt}, now())`,
          })
          .where(asRead(read))
          .returning()
        if (row?.step !== 'sweep') return
        // MONEY 6: a sweep frees its wallet's lane when it is mined; the next plan reads balances
        // at this block or later.
        await noteLastMined(tx, row, mined.blockNumber)
        await freeLane(tx, { id: row.sweepId, chainId: row.chainId, wallet: row.sender })
      }),
    forgetMined: (read, headBlock) =>
      db.transaction(async (tx) => {
        const [row] = await tx.update(transactions).set(unmined).where(asRead(read)).returning()
        if (!row) return
        // MONEY 21: the same bytes get their full time again before a bump.
        await tx
          .update(attempts)
          .set({ signedBlock: headBlock, unheld: 0, lastError: null })
          .where(eq(attempts.transactionKey, read.key))
        if (row.step !== 'sweep') return
        // The wallet's balance and nonce may change again. The sweep takes the lane back, so that
        // no other sweep plans with them, unless another sweep holds the lane already.
        await retakeLane(tx, row, row.sweepId)
      }),
    end: (read, end, block, { staleBalance } = { staleBalance: false }) =>
      db.transaction(async (tx) => {
        if (!(await isFinalForScanner(tx, read.key, block))) return undefined
        const closed = await lockClosed(tx, read.key)
        if (end === 'displaced' && (await hasOtherAttempts(tx, read))) return undefined
        const [row] = await tx
          .update(transactions)
          .set({
            state: end,
            endedAt: sql`now()`,
            staleBalance: end === 'reverted' ? staleBalance : null,
            ...(end === 'displaced' ? unmined : {}),
          })
          .where(asRead(read))
          .returning()
        if (row && end === 'displaced') await noteUsedNonce(tx, row)
        if (row?.step === 'drain') await closeDrain(tx, row)
        if (!row) return undefined
        const ended = closed ? await endAgain(tx, closed, row) : { uncovered: [] }
        const { chainId, sweepId } = row
        const [sweep] = await tx
          .select({ asset: sweeps.asset })
          .from(sweeps)
          .where(eq(sweeps.id, sweepId))
        if (row.step === 'drain' || !sweep) return ended
        const { asset } = sweep
        const hasFailed = row.step === 'sweep' && end === 'reverted' && !staleBalance
        const paused = hasFailed ? await noteFailure(tx, { chainId, asset }, sweepId) : undefined
        return { ...ended, asset, paused }
      }),
    isExternal: (used, upTo) => isNotedExternal(db, used, upTo),
    dueWakeUps: (chainId, maxInFlight) => dueWakeUps(db, chainId, maxInFlight),
  }
}

/**
 * Whether the block is final for the scanner. The cursor is locked first, as in each commit of the
 * scanner, so that a rewind is committed either before or after the transaction's end.
 */
async function isFinalForScanner(tx: Queries, key: string, block: bigint): Promise<boolean> {
  const [cursor] = await tx
    .select({ finalHeight: scanCursors.finalHeight })
    .from(scanCursors)
    .innerJoin(transactions, eq(transactions.chainId, scanCursors.chainId))
    .where(eq(transactions.key, key))
    .for('share', { of: scanCursors })
  return !cursor || cursor.finalHeight === null || block <= cursor.finalHeight
}

/**
 * Condition for the row as the caller read it. A leader that lost its lock and was suspended
 * overwrites neither the end of a final transaction nor a block that its successor has found since.
 */
const asRead = ({ key, mined }: Seen) =>
  and(
    eq(transactions.key, key),
    eq(transactions.state, 'live'),
    mined
      ? and(
          eq(transactions.minedHash, mined.hash),
          eq(transactions.minedBlockHash, mined.blockHash),
        )
      : isNull(transactions.minedBlock),
  )

const unmined = {
  minedHash: null,
  minedBlock: null,
  minedBlockHash: null,
  minedTxIndex: null,
  minedOk: null,
  gasUsed: null,
  gasPriceWei: null,
  minedL1FeeWei: null,
}

/**
 * Whether the transaction has attempts that the caller has not read. Reads under the lane's lock,
 * under which every attempt is appended.
 */
async function hasOtherAttempts(
  tx: Queries,
  read: Pick<Transaction, 'key' | 'attempts'>,
): Promise<boolean> {
  const [lane] = await tx
    .select({ chainId: transactions.chainId, sender: transactions.sender })
    .from(transactions)
    .where(eq(transactions.key, read.key))
  if (lane) await lockLane(tx, lane)
  const known = await tx
    .select({ number: attempts.number })
    .from(attempts)
    .where(eq(attempts.transactionKey, read.key))
  return known.length > read.attempts.length
}
