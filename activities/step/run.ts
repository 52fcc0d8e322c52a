import { ApplicationFailure, Context } from '@temporalio/activity'
import { BadInput, ChainNotServed, NotYet, StepTooSlow } from '../../domain/money-errors.ts'
import { withTimeout } from '../../runtime/timeout.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { ActivityDeps } from './deps.ts'

/**
 * Temporal learns within three of these that a worker was killed (heartbeat time-out in
 * workflows/options.ts).
 */
const heartbeatMs = 1_000

/**
 * The workflow that an activity works for: the holder of its sweep's lease, the same after a reset
 * or a new run.
 */
export function holder(): string {
  const { workflowExecution } = Context.current().info
  if (!workflowExecution) throw new BadInput('this activity works for a workflow only')
  return workflowExecution.workflowId
}

export function chainOf(deps: ActivityDeps, chainId: number): MoneyChain {
  const chain = deps.chains.get(chainId)
  if (!chain) throw new ChainNotServed(`chain ${chainId} is not in coldsweep.yaml of this worker`)
  return chain
}

/**
 * Ends an attempt before Temporal would: an attempt that Temporal ends by its time-out can't say
 * why it failed.
 */
const marginMs = 5_000

/** What an attempt leaves for the next one, by Temporal's heartbeat details. */
interface Progress {
  /** Attempts that failed; those that ended in `NotYet` are no failures. */
  readonly failures: number
}

/**
 * A regular activity: beats while it works, and turns `NotYet` into a retry after about a block,
 * which adds nothing to the history. @param pauseMs how long until the next look
 * @param onFailure called with the number of failures so far; must not throw
 */
export function beating<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
  pauseMs: (...args: A) => number,
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
        nextRetryDelay: pauseMs(...args),
        // Waiting is no fault: it is neither logged nor counted as a failure.
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

/** The work itself is not ended: what it still writes is guarded by its lease and its lane. */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  if (limitMs <= 2 * marginMs) return await work
  const limit = limitMs - marginMs
  return await withTimeout(work, limit, () => new StepTooSlow(`no result after ${limit / 1_000} s`))
}
