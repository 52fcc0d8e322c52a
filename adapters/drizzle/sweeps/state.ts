import { eq, sql } from 'drizzle-orm'
import { isTerminal } from '../../../domain/deposits/deposit-state.ts'
import type { EventType } from '../../../domain/outbox/event.ts'
import type { StateChange } from '../../../domain/sweeps/sweeps-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { oweDepositEvent } from '../deposits/deposit-events.ts'
import { type DepositRow, toDeposit } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'

/** States that the exchange hears of; `sweep.done` is written with the coverage. */
const eventOf: Partial<Record<StateChange['state'], EventType>> = {
  waiting: 'sweep.waiting',
  'needs-attention': 'sweep.needs-attention',
}

/**
 * The row is locked first, so that a scanner's orphaning or a sweep's `done` is never written over
 * (MONEY 21).
 */
export async function changeState(tx: Queries, change: StateChange): Promise<void> {
  const [row] = await tx
    .select()
    .from(deposits)
    .where(eq(deposits.id, change.depositId))
    .for('update')
  if (!row) return
  const deposit = toDeposit(row)
  // Not confirmed (any more), it is the scanner's: a run that was under way when a reorg took it
  // writes nothing over that.
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
 * Its hold ended while its run was about to ask for a person: the lane loop wakes that run
 * (due-wake-ups.ts).
 */
function isReleased({ state, reason, releasedAt, lastRunAt }: DepositRow): boolean {
  if (state !== 'waiting' || reason !== 'queued') return false
  return releasedAt !== null && lastRunAt !== null && releasedAt >= lastRunAt
}
