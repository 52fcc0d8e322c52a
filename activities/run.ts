import { ApplicationFailure, Context } from '@temporalio/activity'
import { BadInput, ChainNotServed, NotYet } from '../domain/money-errors.ts'
import type { MoneyChain } from '../transactions/money-chain.ts'
import type { ActivityDeps } from './deps.ts'

/** Temporal learns within three of these that a worker was killed (heartbeat time-out in workflows/options.ts). */
const heartbeatMs = 1_000

/** The workflow that an activity works for: the holder of its sweep's lease, the same after a reset or a new run. */
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
 * A regular activity: beats while it works, and turns `NotYet` into a retry after about a block, which adds nothing
 * to the history. @param pauseMs how long until the next look @param tellFailure says so where people look; must not throw
 */
export function beating<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
  pauseMs: (...args: A) => number,
  tellFailure: (attempt: number, error: unknown, ...args: A) => Promise<void> = async () => {},
): (...args: A) => Promise<R> {
  return async (...args) => {
    const context = Context.current()
    const beat = setInterval(() => context.heartbeat(), heartbeatMs)
    try {
      return await work(...args)
    } catch (error) {
      if (!(error instanceof NotYet)) {
        await tellFailure(context.info.attempt, error, ...args)
        throw error
      }
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
