import type { RecordActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'
import { holder } from './step/run.ts'

/**
 * For what the workflow itself finds out: a wait that lasted too long, an activity that can't go on
 * (MONEY 17).
 */
export function createAskForAttention(deps: ActivityDeps): RecordActivities['askForAttention'] {
  return async ({ depositId, reason, detail }) => {
    const deposit = await deps.sweeps.deposit(depositId)
    await deps.sweeps.letGo(deposit?.sweepId ?? null, holder(), {
      depositId,
      state: 'needs-attention',
      reason,
      detail,
    })
    deps.log.warn({ deposit: depositId, reason, detail }, 'a deposit needs attention')
  }
}
