import type { SweepRuns } from '../domain/deposits/sweep-runs.ts'
import type { LaneTracking } from '../domain/lanes/lane-store.ts'
import type { Clock, Log, Metrics } from '../domain/process.ts'
import { errorMessage } from '../runtime/error-message.ts'
import { leadUntilStopped } from '../runtime/leadership.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface LaneLoopDeps {
  readonly chain: { readonly id: number; readonly name: string; readonly blockTimeMs: number }
  /** Runs one poll of every signed transaction: transactions/track/track-lanes.ts. */
  readonly track: () => Promise<void>
  /** Wakes workflows whose reason to wait is gone: `createWakeDue`. */
  readonly wakeDue: () => Promise<void>
  readonly lanes: Pick<LaneTracking, 'lead'>
  readonly log: Log
  readonly metrics: Metrics
}

const shortestPollMs = 250
const longestPollMs = 4_000

/**
 * Creates the lane loop of one chain (MONEY 5). One leader tracks every signed transaction until it
 * is final, even if the workflow that asked for it has ended. Two leaders overlap when a lock is
 * lost during a poll; this is harmless, because a poll rebroadcasts stored bytes, records the
 * chain's state, and signs a replacement only under the lane's lock.
 */
export function createLaneLoop(deps: LaneLoopDeps): Loop {
  const { chain, log } = deps
  const pollMs = Math.min(Math.max(chain.blockTimeMs / 2, shortestPollMs), longestPollMs)
  const gaugeLeader = (leads: boolean) =>
    deps.metrics.gauge('coldsweep_leader', { chain: chain.name, role: 'lanes' }, leads ? 1 : 0)
  gaugeLeader(false)
  let problem: string | undefined = 'not started'

  /**
   * Wake-ups are sent even if tracking failed, so that one bad transaction does not block all
   * others.
   */
  async function poll(): Promise<void> {
    const tracked = await attempted(deps.track, 'lane tracking failed')
    const woken = await attempted(deps.wakeDue, 'lane wake-ups failed')
    problem = tracked ?? woken
  }

  async function attempted(step: () => Promise<void>, what: string): Promise<string | undefined> {
    try {
      await step()
      return undefined
    } catch (error) {
      log.warn({ error }, `${what}; retrying`)
      deps.metrics.count('coldsweep_lane_look_failures_total', { chain: chain.name })
      return `${what} on ${chain.name}: ${errorMessage(error)}`
    }
  }

  async function askToLead(lost: () => void) {
    try {
      const lead = await deps.lanes.lead(chain.id, lost)
      // Without a lease, another worker leads. This is healthy.
      problem = undefined
      return lead
    } catch (error) {
      problem = `lane leadership request on ${chain.name} failed: ${errorMessage(error)}`
      log.warn({ error }, 'lane leadership request failed; retrying')
      return undefined
    }
  }

  return {
    name: `lanes-${chain.name}`,
    problem: () => problem,
    async run(stop) {
      await leadUntilStopped(stop, askToLead, async (leading) => {
        log.info({ chain: chain.name }, 'lane leadership acquired')
        gaugeLeader(true)
        while (!leading.aborted) {
          await poll()
          await sleep(pollMs, leading)
        }
        gaugeLeader(false)
      })
    },
  }
}

/** Minimum time between two wake-ups of one workflow, which has its own timers too. */
const wakeAgainAfterMs = 5_000
/** Maximum number of wake-ups in one poll, so that a slow Temporal does not delay tracking. */
const mostAtOnce = 50

/**
 * Returns a function that wakes workflows whose reason to wait is gone. If a wake-up is lost, the
 * workflow's timer fires later.
 */
export function createWakeDue(deps: {
  readonly chain: { readonly id: number; readonly maxInFlight: number }
  readonly lanes: Pick<LaneTracking, 'dueWakeUps'>
  readonly runs: Pick<SweepRuns, 'wake'>
  readonly clock: Clock
  readonly log: Log
}): () => Promise<void> {
  const wokenAt = new Map<string, number>()
  return async () => {
    const now = deps.clock.now().getTime()
    for (const [id, at] of wokenAt) if (now - at > wakeAgainAfterMs) wokenAt.delete(id)
    const due = await deps.lanes.dueWakeUps(deps.chain.id, deps.chain.maxInFlight)
    const chosen = due.filter((d) => !wokenAt.has(d.workflowId)).slice(0, mostAtOnce)
    for (const { workflowId } of chosen) wokenAt.set(workflowId, now)
    const sent = await Promise.allSettled(chosen.map((d) => deps.runs.wake(d.workflowId, d.wakeUp)))
    const lost = sent.filter((s) => s.status === 'rejected').length
    if (lost > 0) deps.log.debug({ lost }, 'wake-ups not delivered')
  }
}
