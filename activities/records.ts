import { Context } from '@temporalio/activity'
import { isTerminal } from '../domain/deposits/deposit-state.ts'
import { BadInput } from '../domain/money-errors.ts'
import type { RecordActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/activity-deps.ts'
import { holder } from './step/activity-deps.ts'

/**
 * MONEY 11: creates the activity that writes coverage and the state `done`, and closes the sweep,
 * in one commit. A deposit whose credit comes after the sweep's transaction in the chain is planned
 * again.
 */
export function createRecordSweep(deps: ActivityDeps): RecordActivities['recordSweep'] {
  return async ({ depositId, sweepId }) => {
    const covered = await deps.sweeps.close(sweepId)
    if (covered > 0) deps.log.info({ sweep: sweepId, covered }, 'sweep done')
    const deposit = await deps.sweeps.deposit(depositId)
    if (!deposit) throw new BadInput(`no deposit ${depositId} in the database`)
    await deps.sweeps.touch(depositId)
    if (!isTerminal(deposit.state))
      return { kind: 'replan', why: 'this deposit came after the sweep’s place' }
    return { kind: 'finished', state: deposit.state, reason: deposit.reason }
  }
}

/**
 * Sets `needs-attention` for causes that the workflow itself detects: a wait that is too long, or
 * a failed activity (MONEY 17).
 */
export function createAskForAttention(deps: ActivityDeps): RecordActivities['askForAttention'] {
  return async ({ depositId, reason, detail }) => {
    const deposit = await deps.sweeps.deposit(depositId)
    await deps.sweeps.releaseSweep(deposit?.sweepId ?? null, holder(), {
      depositId,
      state: 'needs-attention',
      reason,
      detail,
    })
    deps.log.warn({ deposit: depositId, reason, detail }, 'deposit needs attention')
  }
}

/**
 * Applies an operator's skip or approval that came through Temporal: one commit changes the row and
 * records the order; then the workflow rereads the row (MONEY 16, 17).
 */
export function createFollowOrder(
  deps: Pick<ActivityDeps, 'orders' | 'log'>,
): RecordActivities['followOrder'] {
  return async ({ depositId, action, operator, reason, id }) => {
    const runId = Context.current().info.workflowExecution?.runId
    const answer = await deps.orders[action](depositId, { operator, reason, id, runId })
    const { kind, state } = answer
    deps.log.info(
      { deposit: depositId, action, operator, reason, kind, state },
      'operator order handled',
    )
    return { kind, state, why: answer.kind === 'refused' ? answer.why : '' }
  }
}

/**
 * Records an operator's order before the run follows it. If this run has already recorded the
 * order, the order counts as new: the worker died before Temporal got the result. If another run
 * has recorded the order, it is a repeat: this run is a reset of the other run.
 */
export function createNoteOrder(
  deps: Pick<ActivityDeps, 'sweeps' | 'log'>,
): RecordActivities['noteOrder'] {
  return async ({ depositId, action, operator, reason, id }) => {
    const runId = Context.current().info.workflowExecution?.runId
    const order = { operator, action, reason, subject: depositId, id, runId }
    const noted = await deps.sweeps.noteOrder(order)
    deps.log.info(
      { deposit: depositId, action, operator, reason, noted },
      'operator order recorded',
    )
    return noted
  }
}
