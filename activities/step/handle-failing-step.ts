import type { Deposit } from '../../domain/deposits/deposit.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { nonRetryableErrors } from '../../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'
import { holder } from './run.ts'

export type Step = 'plan' | 'fundGas' | 'checkGas' | 'sweep'

/**
 * A node's hiccup costs a deposit seconds; the third failure is reported and gives the wallet's
 * lane to others.
 */
const patience = 3

/**
 * Reports a step that keeps failing in the deposit's row, with its error. Where nothing of the
 * sweep is live it also gives up lease and lane, so that the wallet's other assets go on; Temporal
 * retries the step, which claims them again. A sweep that is signed and live keeps its state and
 * its lane (MONEY 6). Never throws: the failure itself goes to Temporal.
 */
export function createFailingStep(deps: ActivityDeps) {
  return async (
    step: Step,
    failures: number,
    error: unknown,
    request: { readonly depositId: string; readonly sweepId?: string },
  ): Promise<void> => {
    const name = error instanceof Error ? error.name : 'error'
    deps.metrics.count('coldsweep_failed_steps_total', { error: name })
    if (failures < patience || (nonRetryableErrors as readonly string[]).includes(name)) return
    const { depositId } = request
    const words = withoutSecrets(errorMessage(error))
    const detail = `try ${failures} failed, the next one follows: ${name}: ${words}`
    try {
      const deposit = await deps.sweeps.deposit(depositId)
      if (!deposit) return
      const sweepId = request.sweepId ?? deposit.sweepId
      if (sweepId === null || !(await mayLetGo(deps, deposit, sweepId))) {
        return await deps.sweeps.noteTrouble(depositId, detail)
      }
      const reason = `step-failed ${step}` as const
      const change = { depositId, state: 'waiting', reason, detail } as const
      await deps.sweeps.releaseLane(sweepId, holder(), change)
      deps.log.warn(
        { deposit: depositId, step, failures, error },
        'step keeps failing; lane released',
      )
    } catch (cause) {
      deps.log.warn({ deposit: depositId, error: cause }, 'could not note a failing step')
    }
  }
}

/** Whether this run drives the sweep and nothing of it is on its way: letting go frees the lane. */
async function mayLetGo(deps: ActivityDeps, deposit: Deposit, sweepId: string): Promise<boolean> {
  if (deposit.confirmedAt === null) return false
  const sweep = await deps.sweeps.find(sweepId)
  if (!sweep || sweep.closed || sweep.leaseHolder !== holder()) return false
  return !(await deps.lanes.ofSweep(sweepId)).some(({ state }) => state === 'live')
}
