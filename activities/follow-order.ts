import { Context } from '@temporalio/activity'
import type { RecordActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'

/**
 * An operator's skip or approval by Temporal: the row first, with its record; then the run reads it
 * (MONEY 16, 17).
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
      'an operator’s order',
    )
    return { kind, state, why: answer.kind === 'refused' ? answer.why : '' }
  }
}
