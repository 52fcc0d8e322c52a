import { Context } from '@temporalio/activity'
import type { RecordActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'

/**
 * An operator's order, written down before it is followed. One that this run wrote itself, when its
 * worker died before Temporal heard of it, is not followed yet; one that another run wrote was, and
 * this run is that one's reset.
 */
export function createNoteOrder(
  deps: Pick<ActivityDeps, 'sweeps' | 'log'>,
): RecordActivities['noteOrder'] {
  return async ({ depositId, action, operator, reason, id }) => {
    const runId = Context.current().info.workflowExecution?.runId
    const order = { operator, action, reason, subject: depositId, id, runId }
    const noted = await deps.sweeps.noteOrder(order)
    deps.log.info({ deposit: depositId, action, operator, reason, noted }, 'an operator’s order')
    return noted
  }
}
