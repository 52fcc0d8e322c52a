import type { ChainActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'

const mostAtOnce = 500

/**
 * Starts a run for every confirmed, unfinished deposit that has had none for a while: terminated, purged, retention
 * passed, Temporal's data lost. Where one is still there, the start finds it and changes nothing.
 */
export function createAdoptDeposits(deps: ActivityDeps): ChainActivities['adoptDeposits'] {
  return async () => {
    const messages = await deps.adoptions.take(deps.adoptAfterMs, mostAtOnce)
    for (const message of messages) await deps.runs.start(message)
    if (messages.length > 0)
      deps.log.info({ deposits: messages.length }, 'adopted deposits without a run')
    deps.metrics.count('coldsweep_adopted_total', {}, messages.length)
    return messages.length
  }
}
