import { and, eq, isNull, notExists, sql } from 'drizzle-orm'
import { isTerminal } from '../../../domain/deposit-state.ts'
import type { EventType } from '../../../domain/event.ts'
import type { StateChange } from '../../../domain/ports/sweeps.ts'
import { deposits, lanes, sweeps, transactions } from '../../../drizzle/schema.ts'
import { oweDepositEvent } from '../deposit-events.ts'
import type { Queries } from '../queries.ts'
import { toDeposit } from './rows.ts'

/** States that the exchange hears of; `sweep.done` is written with the coverage. */
const eventOf: Partial<Record<StateChange['state'], EventType>> = {
  waiting: 'sweep.waiting',
  'needs-attention': 'sweep.needs-attention',
}

/** The row is locked first, so that a scanner's orphaning or a sweep's `done` is never written over (MONEY 21). */
export async function changeState(tx: Queries, change: StateChange): Promise<void> {
  const [row] = await tx
    .select()
    .from(deposits)
    .where(eq(deposits.id, change.depositId))
    .for('update')
  if (!row) return
  const deposit = toDeposit(row)
  if (isTerminal(deposit.state)) return
  if (deposit.state === change.state && deposit.reason === change.reason) {
    await tx
      .update(deposits)
      .set({ lastRunAt: sql`now()`, detail: change.detail })
      .where(eq(deposits.id, change.depositId))
    return
  }
  await tx
    .update(deposits)
    .set({
      state: change.state,
      reason: change.reason,
      detail: change.detail,
      since: sql`now()`,
      lastRunAt: sql`now()`,
    })
    .where(eq(deposits.id, change.depositId))
  const event = eventOf[change.state]
  if (event)
    await oweDepositEvent(tx, change.depositId, event, {
      reason: change.reason,
      detail: change.detail,
    })
}

/**
 * The lease goes always. The lane goes only when nothing of the sweep is signed and unmined (MONEY 6), keeper's gas
 * included, because gas on its way is for this sweep. A sweep that never signed anything is closed as void.
 */
export async function letGo(tx: Queries, sweepId: string, holder: string): Promise<void> {
  const [sweep] = await tx
    .select({ chainId: sweeps.chainId, wallet: sweeps.wallet, leaseHolder: sweeps.leaseHolder })
    .from(sweeps)
    .where(eq(sweeps.id, sweepId))
  if (!sweep || (sweep.leaseHolder !== null && sweep.leaseHolder !== holder)) return
  const signed = tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(eq(transactions.sweepId, sweepId))
  const unmined = tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        eq(transactions.sweepId, sweepId),
        eq(transactions.state, 'live'),
        isNull(transactions.minedBlock),
      ),
    )
  await tx
    .update(lanes)
    .set({ holderSweepId: null, heldSince: null })
    .where(
      and(
        eq(lanes.chainId, sweep.chainId),
        eq(lanes.sender, sweep.wallet),
        eq(lanes.holderSweepId, sweepId),
        notExists(unmined),
      ),
    )
  await tx.update(sweeps).set({ leaseHolder: null, leaseUntil: null }).where(eq(sweeps.id, sweepId))
  await tx
    .update(sweeps)
    .set({ closedAt: sql`now()`, outcome: 'void' })
    .where(and(eq(sweeps.id, sweepId), isNull(sweeps.closedAt), notExists(signed)))
}
