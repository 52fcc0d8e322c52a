import { and, eq, exists, isNotNull, isNull, or, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { type DepositState, isTerminal } from '../../../domain/deposits/deposit-state.ts'
import { reasonBehind } from '../../../domain/lanes/lane-behind.ts'
import type { Claim } from '../../../domain/sweeps/sweep-store.ts'
import { deposits, sweeps, transactions } from '../../../drizzle/schema.ts'
import { haltOf, isSweepSigned } from '../deposits/halts.ts'
import { assignSweep } from '../deposits/note-run.ts'
import { type SweepRow, toSweep } from '../deposits/rows.ts'
import { lockTrial, startTrial } from '../pauses/asset-pauses.ts'
import type { Queries } from '../queries.ts'
import { refusedLast } from './close-refused.ts'
import { unexplainedOf } from './lane-closing.ts'
import { closeLane, enterLane, holdLane, type LaneRow } from './lane-row.ts'
import { lockLane, lockOpenSweep } from './locks.ts'
import { unminedOf } from './signed-transactions.ts'
import { openSweep, takeLease } from './sweep-row.ts'

/**
 * Claims a sweep for a run, in one commit (MONEY 6, 10): finds or opens the sweep of the wallet's
 * asset, and takes its lease and the wallet's lane. The locks are taken in the order of locks.ts.
 */
export async function claimSweep(
  tx: Queries,
  deposit: Deposit,
  holder: string,
  leaseMs: number,
  walletNonce: bigint,
): Promise<Claim> {
  const lane = await enterAndLock(tx, deposit, walletNonce)
  const open = await lockOpenSweep(tx, deposit)
  if (await endedSinceRead(tx, deposit.id)) return { kind: 'terminal' }
  // A signed sweep is finished first, even if an operator has held a deposit since.
  const signed = open !== undefined && (await isSweepSigned(tx, open.id))
  const halt = signed ? undefined : await haltOf(tx, deposit, open && { sweepId: open.id })
  const isTrial = halt?.kind === 'asset-paused' && (await lockTrial(tx, deposit))
  if (halt && !isTrial) return { kind: 'halted', halt }
  if (open && (await drivenByAnother(tx, open, holder))) return { kind: 'driven', sweepId: open.id }
  const behind = signed ? undefined : await closeIfBehind(tx, lane, walletNonce)
  if (behind !== undefined) return { kind: 'lane-behind', why: behind }
  const refused = open ? undefined : await refusedLast(tx, deposit)
  if (refused) return { kind: 'refused', sweepId: refused }
  const takenBack = await takenBackOf(tx, deposit)
  if (takenBack) return { kind: 'lane-held', sweepId: takenBack }
  const held = lane.holderSweepId
  if (held !== null && held !== open?.id && !(await isAbandoned(tx, held))) {
    return { kind: 'lane-held', sweepId: held }
  }
  const sweepId = open?.id ?? (await openSweep(tx, deposit))
  if (isTrial) await startTrial(tx, deposit, sweepId)
  const row = await takeLease(tx, sweepId, holder, leaseMs)
  await holdLane(tx, lane, sweepId)
  await assignSweep(tx, deposit.id, sweepId)
  return { kind: 'mine', sweep: toSweep(row), lastMinedBlock: lane.lastMinedBlock }
}

/**
 * Closes the lane and returns the reason if the lane is behind the chain. MONEY 14, 22: no gas is
 * spent for a wallet that cannot sign its sweep, because another holder of its key would take the
 * gas.
 */
async function closeIfBehind(
  tx: Queries,
  lane: LaneRow,
  walletNonce: bigint,
): Promise<string | undefined> {
  const unexplained = () => unexplainedOf(tx, lane.chainId, lane.sender)
  const reason = await reasonBehind(lane, walletNonce, unexplained)
  if (reason !== undefined) await closeLane(tx, lane, reason)
  return reason
}

async function enterAndLock(
  tx: Queries,
  { chainId, wallet: sender }: Deposit,
  chainNonce: bigint,
): Promise<LaneRow> {
  await enterLane(tx, { chainId, sender, role: 'wallet', chainNonce })
  const lane = await lockLane(tx, { chainId, sender })
  if (!lane) throw new Error(`the lane of ${sender} has gone: rows were changed by hand`)
  return lane
}

/**
 * Whether the deposit became terminal, or lost its confirmation, after the caller read it. Reads
 * the row under the lane's lock, which a commit that closes a sweep takes too.
 */
async function endedSinceRead(tx: Queries, depositId: string): Promise<boolean> {
  const [row] = await tx
    .select({ state: deposits.state, confirmedAt: deposits.confirmedAt })
    .from(deposits)
    .where(eq(deposits.id, depositId))
    .for('update')
  return !row || isTerminal(row.state as DepositState) || row.confirmedAt === null
}

/**
 * Finds a closed sweep whose transaction a deep reorg took back (MONEY 21). Until that transaction
 * ends again, it may move the wallet's balance, and gas for another sweep would be wasted.
 */
async function takenBackOf(tx: Queries, deposit: Deposit): Promise<string | undefined> {
  const [found] = await tx
    .select({ id: sweeps.id })
    .from(transactions)
    .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
    .where(
      and(
        eq(transactions.chainId, deposit.chainId),
        eq(transactions.sender, deposit.wallet),
        eq(transactions.state, 'live'),
        isNotNull(sweeps.closedAt),
      ),
    )
    .limit(1)
  return found?.id
}

/**
 * Whether a sweep that holds a lane is closed, or has neither a driver nor an unmined transaction.
 * The run of such a sweep has ended, so the sweep must not block the wallet.
 */
async function isAbandoned(tx: Queries, sweepId: string): Promise<boolean> {
  const [alive] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(
      and(
        eq(sweeps.id, sweepId),
        isNull(sweeps.closedAt),
        or(sql`${sweeps.leaseUntil} > now()`, exists(unminedOf(tx, sweepId))),
      ),
    )
  return alive === undefined
}

async function drivenByAnother(tx: Queries, open: SweepRow, holder: string): Promise<boolean> {
  if (open.leaseHolder === null || open.leaseHolder === holder) return false
  const [alive] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(eq(sweeps.id, open.id), sql`${sweeps.leaseUntil} > now()`))
  return alive !== undefined
}
