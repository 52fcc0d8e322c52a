import type { RecordActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'

/** An operator's order, written down before it is followed. */
export function createNoteOrder(deps: ActivityDeps): RecordActivities['noteOrder'] {
  return async ({ depositId, action, operator, reason }) => {
    await deps.sweeps.noteOrder({ operator, action, reason, subject: depositId })
    deps.log.info({ deposit: depositId, action, operator, reason }, 'an operator’s order')
  }
}
