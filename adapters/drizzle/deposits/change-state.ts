import { and, asc, eq, sql } from 'drizzle-orm'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { isTerminal } from '../../../domain/deposits/deposit-state.ts'
import type { EventType } from '../../../domain/outbox/event.ts'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import type { StateChange } from '../../../domain/sweeps/sweep-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { oweDepositEvent } from './deposit-events.ts'
import { type DepositRow, toDeposit } from './rows.ts'

/** States that are published as events. The coverage publishes `sweep.done`. */
const eventOf: Partial<Record<StateChange['state'], EventType>> = {
  waiting: 'sweep.waiting',
  'needs-attention': 'sweep.needs-attention',
}

/**
 * Changes a deposit's state. The row is locked first, so the change never overwrites an orphaning
 * by the scanner or the `done` of a sweep (MONEY 21).
 */
export async function changeState(tx: Queries, change: StateChange): Promise<void> {
  const [row] = await tx
    .select()
    .from(deposits)
    .where(eq(deposits.id, change.depositId))
    .for('update')
  if (!row) return
  const deposit = toDeposit(row)
  // An unconfirmed deposit belongs to the scanner. A run that was in progress when a reorg removed
  // the deposit does not overwrite it.
  if (isTerminal(deposit.state) || deposit.confirmedAt === null) return
  if (isReleased(row) && change.reason.startsWith('waited-too-long ')) return
  if (deposit.state === change.state && deposit.reason === change.reason) {
    await tx
      .update(deposits)
      .set({ lastRunAt: sql`now()`, detail: change.detail })
      .where(eq(deposits.id, change.depositId))
    return
  }
  const changed = {
    state: change.state,
    reason: change.reason,
    detail: change.detail,
    since: sql`now()`,
    lastRunAt: sql`now()`,
  }
  const event = eventOf[change.state]
  if (event) {
    const told = { reason: change.reason, detail: change.detail }
    await oweDepositEvent(tx, change.depositId, event, told, changed)
  } else await tx.update(deposits).set(changed).where(eq(deposits.id, change.depositId))
}

/**
 * Whether the hold ended while the run was about to set `needs-attention`. The lane loop wakes such
 * a run (due-wake-ups.ts).
 */
function isReleased({ state, reason, releasedAt, lastRunAt }: DepositRow): boolean {
  if (state !== 'waiting' || reason !== 'queued') return false
  return releasedAt !== null && lastRunAt !== null && releasedAt >= lastRunAt
}

/** Marks a deposit as `done` by a sweep and adds its event, in the caller's commit. */
export async function markDone(
  tx: Queries,
  deposit: Deposit,
  sweepId: string,
  outcome: SweepOutcome,
  detail = '',
): Promise<void> {
  const data = { sweepId, sweepTx: outcome.txHash }
  await oweDepositEvent(tx, deposit.id, 'sweep.done', data, {
    state: 'done',
    reason: '',
    detail,
    since: sql`now()`,
    covered: true,
    sweepId,
  })
}

/**
 * Makes the deposits of a sweep wait for another sweep, after a deep reorg undid the sweep (MONEY
 * 21).
 * @returns ids of the deposits
 */
export async function uncover(tx: Queries, sweepId: string): Promise<readonly string[]> {
  const covered = await tx
    .select({ id: deposits.id })
    .from(deposits)
    .where(and(eq(deposits.sweepId, sweepId), eq(deposits.covered, true)))
    .orderBy(asc(deposits.id))
    .for('update')
  const [reason, detail] = ['queued', 'a deep reorg undid the sweep that had taken it']
  for (const { id } of covered) {
    // Without `lastRunAt`, the deposit's run counts as silent since the confirmation, so `adopt`
    // starts a run.
    await oweDepositEvent(
      tx,
      id,
      'sweep.waiting',
      { reason, detail },
      {
        state: 'waiting',
        reason,
        detail,
        since: sql`now()`,
        covered: false,
        sweepId: null,
        lastRunAt: null,
      },
    )
  }
  return covered.map(({ id }) => id)
}

/** Ends a deposit by an operator's order. The row stays coverable, as dust does (MONEY 15). */
export async function ignoreDeposit(
  tx: Queries,
  depositId: string,
  reason: string,
  detail: string,
): Promise<void> {
  await tx
    .update(deposits)
    .set({ state: 'ignored', reason, detail, since: sql`now()` })
    .where(eq(deposits.id, depositId))
}
