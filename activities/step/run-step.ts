import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import { NotYet, StepTooSlow } from '../../domain/money-errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { withTimeout } from '../../runtime/timeout.ts'
import { nonRetryableErrors } from '../../workflows/contract.ts'
import { type ActivityDeps, holder } from './activity-deps.ts'

/**
 * A third of the heartbeat timeout in workflows/options.ts, by which Temporal detects a killed
 * worker.
 */
const heartbeatMs = 1_000

/**
 * An attempt is ended this much before Temporal's timeout, because Temporal's timeout would lose
 * the cause of the failure.
 */
const marginMs = 5_000

/** Heartbeat details: Temporal passes them from one attempt to the next. */
interface Progress {
  /** Failed attempts; `NotYet` does not count. */
  readonly failures: number
}

/**
 * Heartbeats while the activity works, and turns `NotYet` into a retry after about a block, which
 * adds nothing to the history.
 * @param retryMs delay of that retry
 * @param onFailure called with the number of failures so far; must not throw
 */
export function withHeartbeat<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
  retryMs: (...args: A) => number,
  onFailure: (failures: number, error: unknown, ...args: A) => Promise<void> = async () => {},
): (...args: A) => Promise<R> {
  return async (...args) => {
    const context = Context.current()
    const { failures } = readProgress(context.info.heartbeatDetails)
    const heartbeat = (progress: Progress) => context.heartbeat(progress)
    const beat = setInterval(() => heartbeat({ failures }), heartbeatMs)
    try {
      return await inTime(work(...args), context.info.startToCloseTimeoutMs)
    } catch (error) {
      if (!(error instanceof NotYet)) {
        heartbeat({ failures: failures + 1 })
        await onFailure(failures + 1, error, ...args)
        throw error
      }
      heartbeat({ failures })
      throw ApplicationFailure.create({
        type: 'NotYet',
        message: error.message,
        nextRetryDelay: retryMs(...args),
        // BENIGN means that `NotYet` is neither logged nor counted as a failure.
        category: 'BENIGN',
      })
    } finally {
      clearInterval(beat)
    }
  }
}

function readProgress(details: unknown): Progress {
  const failures = (details as Partial<Progress> | undefined)?.failures
  return { failures: typeof failures === 'number' ? failures : 0 }
}

/** Rejects after the limit. The work continues, and lease and lane guard its later writes. */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  if (limitMs <= 2 * marginMs) return await work
  const limit = limitMs - marginMs
  return await withTimeout(work, limit, () => new StepTooSlow(`no result after ${limit / 1_000} s`))
}

export type Step = 'plan' | 'fundGas' | 'checkGas' | 'sweep'

/**
 * From this failure on, the step is reported and its lane released. Earlier failures cost only
 * seconds.
 */
const patience = 3

/**
 * Reports a repeatedly failing step, with its error, in the deposit's row. If nothing of the sweep
 * is live, it also releases lease and lane, so that the wallet's other assets continue; Temporal's
 * retry claims them again. A live sweep keeps state and lane (MONEY 6). Never throws: the failure
 * itself goes to Temporal.
 */
export function createFailureReport(deps: ActivityDeps) {
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
    const detail = `try ${failures} failed; retrying: ${name}: ${words}`
    try {
      const deposit = await deps.sweeps.deposit(depositId)
      if (!deposit) return
      const sweepId = request.sweepId ?? deposit.sweepId
      if (sweepId === null || !(await mayLetGo(deps, deposit, sweepId))) {
        return await deps.sweeps.noteStepError(depositId, detail)
      }
      const reason = `step-failed ${step}` as const
      const change = { depositId, state: 'waiting', reason, detail } as const
      await deps.sweeps.releaseLane(sweepId, holder(), change)
      deps.log.warn(
        { deposit: depositId, step, failures, error },
        'step keeps failing; lane released',
      )
    } catch (cause) {
      deps.log.warn({ deposit: depositId, error: cause }, 'failing step could not be recorded')
    }
  }
}

/** Whether this workflow drives the sweep and the sweep has no live transaction. */
async function mayLetGo(deps: ActivityDeps, deposit: Deposit, sweepId: string): Promise<boolean> {
  if (deposit.confirmedAt === null) return false
  const sweep = await deps.sweeps.find(sweepId)
  if (!sweep || sweep.closed || sweep.leaseHolder !== holder()) return false
  return !(await deps.lanes.ofSweep(sweepId)).some(({ state }) => state === 'live')
}
