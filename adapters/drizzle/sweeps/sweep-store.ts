import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import type { SweepStore } from '../../../domain/sweeps/sweep-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { changeState } from '../deposits/change-state.ts'
import { heldCoin } from '../deposits/halts.ts'
import { noteRun, noteStepError } from '../deposits/note-run.ts'
import { readDeposit, readSweep } from '../deposits/rows.ts'
import { noteOrder } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { claimSweep } from './claim-sweep.ts'
import { closeRefused } from './close-refused.ts'
import { closeInParts, interruptedCloses } from './close-sweep.ts'
import { coverLate } from './cover-late.ts'
import { readDustLimits } from './dust-orders.ts'
import { isGone } from './own-gas.ts'
import { giveUp, releaseLane, releaseSweep } from './release-sweep.ts'
import { renewLease, saveOutcome, savePlan } from './sweep-row.ts'
import { isOwnInterest } from './unclaimed.ts'

/** Longest time for the commits of one close; the caller repeats it if deposits are left. */
const closeWithinMs = 5_000

/** Creates the store of sweeps, through which activities read sweeps and commit changes. */
export function createSweepStore(db: Queries): SweepStore {
  return {
    deposit: (id) => readDeposit(db, id),
    find: (id) => readSweep(db, id),
    claim: (deposit, holder, leaseMs, walletNonce) =>
      db.transaction((tx) => claimSweep(tx, deposit, holder, leaseMs, walletNonce)),
    renew: (sweepId, holder, leaseMs) => renewLease(db, sweepId, holder, leaseMs),
    touch: (depositId) => noteRun(db, depositId),
    noteStepError: (depositId, detail) => noteStepError(db, depositId, detail),
    savePlan: (sweepId, plan) => savePlan(db, sweepId, plan),
    setState: (change) => db.transaction((tx) => changeState(tx, change)),
    releaseSweep: (sweepId, holder, change) =>
      db.transaction(async (tx) => {
        if (sweepId !== null) await releaseSweep(tx, sweepId, holder, change)
        else if (change) await changeState(tx, change)
      }),
    releaseLane: (sweepId, holder, change) =>
      db.transaction(async (tx) => {
        if (await releaseLane(tx, sweepId, holder)) await changeState(tx, change)
      }),
    giveUp: (sweepId, holder, reason) =>
      db.transaction((tx) => giveUp(tx, sweepId, holder, reason)),
    tokensGoFirst: (deposit) => tokensGoFirst(db, deposit),
    coverLate: (depositId, held) => db.transaction((tx) => coverLate(tx, depositId, held)),
    isGone: (depositId, held) => isGone(db, depositId, held),
    isOwnInterest: (depositId) => isOwnInterest(db, depositId),
    heldCoin: (chainId, wallet) => heldCoin(db, { chainId, wallet }),
    dustOrder: (depositId) => readDustLimits(db, depositId),
    saveOutcome: (sweepId, outcome) => saveOutcome(db, sweepId, outcome),
    interruptedCloses: () => interruptedCloses(db),
    close: (sweepId) => closeInParts(db, sweepId, closeWithinMs),
    closeRefused: (sweepId, detail) => db.transaction((tx) => closeRefused(tx, sweepId, detail)),
    noteOrder: (order) => noteOrder(db, order),
  }
}

/**
 * Wait reasons of token deposits whose sweeps take the lane as soon as it is free. Deposits with
 * other reasons wait for other events.
 */
const goesWhenFree = sql`(${deposits.reason} = 'queued' or ${deposits.reason} like 'wallet-lane %' or ${deposits.reason} like 'sweep %')`

/**
 * Whether a token sweep of the wallet is in progress, or takes the lane as soon as it is free. A
 * native sweep then waits (MONEY 6).
 */
async function tokensGoFirst(db: Queries, deposit: Deposit): Promise<boolean> {
  const [token] = await db
    .select({ id: deposits.id })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, deposit.chainId),
        eq(deposits.wallet, deposit.wallet),
        sql`${deposits.asset} <> 'native'`,
        eq(deposits.covered, false),
        isNotNull(deposits.confirmedAt),
        sql`(${deposits.state} in ('funding', 'sweeping') or (${deposits.state} = 'waiting' and ${goesWhenFree}))`,
      ),
    )
    .limit(1)
  return token !== undefined
}
