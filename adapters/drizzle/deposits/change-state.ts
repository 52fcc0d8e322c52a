import { and, eq, inArray, isNotNull, notExists, notInArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import {
  type AttentionReason,
  isTerminal,
  terminalStates,
} from '../../../domain/deposits/deposit-state.ts'
import type { EventType } from '../../../domain/outbox/event.ts'
import type { SweepOutcome } from '../../../domain/sweeps/sweep.ts'
import type { StateChange } from '../../../domain/sweeps/sweep-store.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'
import { oweDepositEvent, oweDepositEvents } from './deposit-events.ts'
import { chainOrder, type DepositRow, toDeposit } from './rows.ts'

/** Events of the states that `changeState` sets. `markDone` publishes `sweep.done`. */
const eventOf: Partial<Record<StateChange['state'], EventType>> = {
  waiting: 'sweep.waiting',
  'needs-attention': 'sweep.needs-attention',
  ignored: 'sweep.ignored',
}

/**
 * Changes the state of a confirmed deposit. The row is locked first, so the change never overwrites
 * the state `orphaned` that the scanner set, or the `done` of a sweep (MONEY 21).
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
  const { dustOrderId = row.dustOrderId } = change
  if (dustOrderId !== row.dustOrderId) return
  if (isReleased(row) && change.reason.startsWith('waited-too-long ')) return
  if (deposit.state === change.state && deposit.reason === change.reason) {
    // A run leaves needs-attention only by an operator's retry, so the same reason again is the
    // outcome of that retry.
    const since = change.state === 'needs-attention' ? { since: sql`now()` } : {}
    await tx
      .update(deposits)
      .set({ lastRunAt: sql`now()`, detail: change.detail, ...since })
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

/** A deposit that a sweep moved, and its share of the sweep's fees. */
export interface DoneDeposit {
  readonly id: string
  readonly gasShareWei: bigint
}

/**
 * Marks deposits as `done` by a sweep and adds their events, in the caller's commit. The caller has
 * locked the rows.
 * @param done in chain order
 */
export async function markDone(
  tx: Queries,
  done: readonly DoneDeposit[],
  { sweepId, txHash }: { readonly sweepId: string } & Pick<SweepOutcome, 'txHash'>,
  detail = '',
): Promise<void> {
  const shares = new Map(done.map(({ id, gasShareWei }) => [id, gasShareWei]))
  const ids = done.map(({ id }) => id)
  const told = (id: string) => ({
    sweepId,
    sweepTx: txHash,
    gasShareWei: String(shares.get(id) ?? 0n),
  })
  await oweDepositEvents(tx, ids, 'sweep.done', told, {
    state: 'done',
    reason: '',
    detail,
    since: sql`now()`,
    covered: true,
    sweepId,
  })
}

/**
 * Sets `needs-attention` for deposits that wait, are funded or are swept. The caller has locked the
 * rows.
 * @param ids in chain order
 */
export async function askForAttention(
  tx: Queries,
  ids: readonly string[],
  told: { readonly reason: AttentionReason; readonly detail: string },
): Promise<void> {
  await oweDepositEvents(tx, ids, 'sweep.needs-attention', () => told, {
    state: 'needs-attention',
    ...told,
    since: sql`now()`,
    lastRunAt: sql`now()`,
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
    .orderBy(...chainOrder)
    .for('update')
  const ids = covered.map(({ id }) => id)
  const told = { reason: 'queued', detail: 'a deep reorg undid the sweep that had taken it' }
  await oweDepositEvents(tx, ids, 'sweep.waiting', () => told, {
    state: 'waiting',
    ...told,
    since: sql`now()`,
    covered: false,
    sweepId: null,
    // Without `lastRunAt`, `adopt` measures the silence of the deposit's run from the confirmation,
    // and therefore starts a run soon.
    lastRunAt: null,
    // An order to sweep it as dust was used up by an earlier plan.
    dustOrderId: null,
  })
  return ids
}

/**
 * Ends a deposit by an operator's order, and adds its event. A later sweep can still cover the
 * deposit, as it can cover dust (MONEY 15).
 */
export async function ignoreDeposit(
  tx: Queries,
  depositId: string,
  reason: string,
  detail: string,
): Promise<void> {
  const ignored = { state: 'ignored', reason, detail, since: sql`now()` }
  await oweDepositEvent(tx, depositId, 'sweep.ignored', { reason, detail }, ignored)
}

const others = alias(deposits, 'others')

/**
 * Queues deposits that are still dust for one more sweep, and returns their rows. A deposit is left
 * out if another deposit of its wallet and asset is not finished, because that sweep moves the dust
 * too. Without `lastRunAt`, `adopt` starts a run soon if the message meets a run that is ending.
 */
export async function reopenDust(
  tx: Queries,
  ids: readonly string[],
  { orderId, detail }: { readonly orderId: string; readonly detail: string },
): Promise<readonly DepositRow[]> {
  const reopened: DepositRow[] = []
  for (const part of chunks(ids)) {
    // In chain order, as every commit that locks several deposits.
    await tx
      .select({ id: deposits.id })
      .from(deposits)
      .where(inArray(deposits.id, part))
      .orderBy(...chainOrder)
      .for('update')
    const underWay = tx
      .select({ id: others.id })
      .from(others)
      .where(
        and(
          eq(others.chainId, deposits.chainId),
          eq(others.wallet, deposits.wallet),
          eq(others.asset, deposits.asset),
          eq(others.covered, false),
          notInArray(others.state, [...terminalStates]),
        ),
      )
    const rows = await tx
      .update(deposits)
      .set({
        state: 'waiting',
        reason: 'queued',
        detail,
        since: sql`now()`,
        lastRunAt: null,
        sweepId: null,
        dustOrderId: orderId,
        eventSeq: sql`${deposits.eventSeq} + 1`,
      })
      .where(
        and(
          inArray(deposits.id, part),
          eq(deposits.state, 'ignored'),
          eq(deposits.reason, 'dust'),
          eq(deposits.covered, false),
          isNotNull(deposits.confirmedAt),
          notExists(underWay),
        ),
      )
      .returning()
    reopened.push(...rows)
  }
  return reopened
}
