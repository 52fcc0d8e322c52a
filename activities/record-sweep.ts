import { isTerminal } from '../domain/deposits/deposit-state.ts'
import { BadInput } from '../domain/money-errors.ts'
import type { RecordActivities } from '../workflows/contract.ts'
import type { ActivityDeps } from './step/deps.ts'

/**
 * MONEY 11: coverage, `done` and closing in one commit. A deposit that came after the sweep's place
 * needs the next one.
 */
export function createRecordSweep(deps: ActivityDeps): RecordActivities['recordSweep'] {
  return async ({ depositId, sweepId }) => {
    const covered = await deps.sweeps.close(sweepId)
    if (covered > 0) deps.log.info({ sweep: sweepId, covered }, 'a sweep is done')
    const deposit = await deps.sweeps.deposit(depositId)
    if (!deposit) throw new BadInput(`no deposit ${depositId} in the database`)
    await deps.sweeps.touch(depositId)
    if (!isTerminal(deposit.state))
      return { kind: 'replan', why: 'this deposit came after the sweep’s place' }
    return { kind: 'finished', state: deposit.state, reason: deposit.reason }
  }
}
