import { ApplicationFailure, Context, type Info } from '@temporalio/activity'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import { NotYet, StepTooSlow } from '../../domain/money-errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { withTimeout } from '../../runtime/timeout.ts'
import type { Rest } from '../../runtime/work-slots.ts'
import { nonRetryableErrors } from '../../workflows/contract.ts'
import { type ActivityDeps, holder } from './activity-deps.ts'

/** Heartbeats a timeout of Temporal: it notices a killed worker, and no slow event loop. */
const beatsPerTimeout = 3
const longestBeatMs = 5_000

/**
 * An attempt of an activity is ended this long before Temporal's own timeout, which would lose the
 * cause of the failure.
 */
const marginMs = 5_000

/** Longest time of one call of a step, because nodes may be slow. */
export const stepMs = 60_000

/** A step rests only if its attempt has this much time left afterwards, for the next call. */
const callAfterRestMs = 30_000

/** Heartbeat details: Temporal passes them from one attempt to the next. */
interface Progress {
  /** Failed attempts; `NotYet` does not count. */
  readonly failures: number
}

interface Waiting {
  /** Longest time of one call of the work. @default the attempt's timeout */
  readonly workMs?: number
  readonly rest?: (() => Rest | undefined) | undefined
}

/**
 * Wraps an activity: sends heartbeats, and calls the work again about a block after each `NotYet`.
 * The activity rests meanwhile without a slot, so a sweep that waits shows no failure in Temporal.
 * An attempt that cannot rest (time is short, the worker stops, too many rest) ends, and Temporal
 * retries it. Neither adds to the history.
 * @param retryMs delay after `NotYet`
 * @param onFailure called with the number of failed attempts; must not throw
 */
export function withHeartbeat<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
  retryMs: (...args: A) => number,
  onFailure: (failures: number, error: unknown, ...args: A) => Promise<void> = async () => {},
  { workMs = Number.POSITIVE_INFINITY, rest: restNow }: Waiting = {},
): (...args: A) => Promise<R> {
  return async (...args) => {
    const context = Context.current()
    const rest = restNow?.()
    const { failures } = readProgress(context.info.heartbeatDetails)
    const heartbeat = (progress: Progress) => context.heartbeat(progress)
    const beat = setInterval(() => heartbeat({ failures }), beatMs(context.info.heartbeatTimeoutMs))
    const endsAt = attemptEnd(context.info, Date.now())
    try {
      for (;;) {
        try {
          return await inTime(work(...args), Math.min(workMs, endsAt - Date.now()))
        } catch (error) {
          if (!(error instanceof NotYet)) {
            heartbeat({ failures: failures + 1 })
            await onFailure(failures + 1, error, ...args)
            throw error
          }
          heartbeat({ failures })
          const pauseMs = retryMs(...args)
          const hasTime = Date.now() + pauseMs + callAfterRestMs < endsAt
          if (hasTime && (await rest?.(pauseMs, context.cancellationSignal))) continue
          throw ApplicationFailure.create({
            type: 'NotYet',
            message: error.message,
            nextRetryDelay: pauseMs,
            // BENIGN means that `NotYet` is neither logged nor counted as a failure.
            category: 'BENIGN',
          })
        }
      }
    } finally {
      clearInterval(beat)
    }
  }
}

function beatMs(timeoutMs: number | undefined): number {
  return Math.min((timeoutMs ?? longestBeatMs) / beatsPerTimeout, longestBeatMs)
}

/** When Temporal ends this attempt, or all attempts of the activity. */
function attemptEnd(info: Info, startedAt: number): number {
  const all = info.scheduleToCloseTimeoutMs
    ? info.scheduledTimestampMs + info.scheduleToCloseTimeoutMs
    : Number.POSITIVE_INFINITY
  return Math.min(startedAt + info.startToCloseTimeoutMs, all)
}

function readProgress(details: unknown): Progress {
  const failures = (details as Partial<Progress> | undefined)?.failures
  return { failures: typeof failures === 'number' ? failures : 0 }
}

/**
 * Rejects shortly before Temporal's timeout. The work continues, and lease and lane guard its later
 * writes.
 */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  if (limitMs <= 2 * marginMs) return await work
  const limit = limitMs - marginMs
  return await withTimeout(work, limit, () => new StepTooSlow(`no result after ${limit / 1_000} s`))
}

export type Step = 'plan' | 'fundGas' | 'checkGas' | 'sweep'

/**
 * After this many failures the deposit's row shows the failing step, and the lane is released.
 * Fewer failures cost only seconds.
 */
const patience = 3

/**
 * Creates the handler that writes a repeatedly failing step and its error into the deposit's row.
 * If the sweep has no live transaction, the handler also releases lease and lane, so that the
 * wallet's other assets continue; Temporal's retry claims them again. A sweep with a live
 * transaction keeps its state and lane (MONEY 6). Never throws: the failure itself is reported to
 * Temporal.
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
