import { TemporalRefused } from '../domain/errors.ts'
import { BadInput } from '../domain/money-errors.ts'
import { type ChainActivities, sweepWorkflowId } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'

const mostAtOnce = 500
const look = { kind: 'sweepClosed' } as const

/**
 * Starts a run for every confirmed, unfinished deposit that has had none for a while: terminated,
 * purged, retention passed, Temporal's data lost. Where one is still there, the start finds it and
 * changes nothing; but it may wait for a person over a row that says otherwise by now (our database
 * is from a backup, a reorg brought the deposit back), so it is told to look.
 */
export function createAdoptDeposits(deps: ActivityDeps): ChainActivities['adoptDeposits'] {
  return async () => {
    const adopted = await deps.adoptions.take(deps.adoptAfterMs, mostAtOnce)
    let started = 0
    for (const { message, asksAPerson } of adopted) {
      try {
        await deps.runs.start(message)
        if (!asksAPerson) await deps.runs.wake(sweepWorkflowId(message.depositId), look)
        started += 1
      } catch (error) {
        if (!(error instanceof TemporalRefused || error instanceof BadInput)) throw error
        // One that can't be started must not keep those behind it from their runs.
        deps.log.error({ deposit: message.depositId, error }, 'a deposit can’t be adopted')
      }
    }
    if (started > 0) deps.log.info({ deposits: started }, 'adopted deposits without a run')
    deps.metrics.count('coldsweep_adopted_total', {}, started)
    return started
  }
}
