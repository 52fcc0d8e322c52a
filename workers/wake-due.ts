import type { SweepRuns } from '../domain/deposits/sweep-runs.ts'
import type { LaneWatch } from '../domain/lanes/lane-watch.ts'
import type { Clock, Log } from '../domain/process.ts'

/** A workflow that was woken is left alone for so long: it has its own timers. */
const wakeAgainAfterMs = 5_000
/** Hints must not hold up the lanes when Temporal is slow. */
const mostAtOnce = 50

/** Hints at workflows whose reason to wait has gone; what is not delivered, their timers do. */
export function createWakeDue(deps: {
  readonly chain: { readonly id: number; readonly maxInFlight: number }
  readonly watch: Pick<LaneWatch, 'dueWakeUps'>
  readonly runs: Pick<SweepRuns, 'wake'>
  readonly clock: Clock
  readonly log: Log
}): () => Promise<void> {
  const wokenAt = new Map<string, number>()
  return async () => {
    const now = deps.clock.now().getTime()
    for (const [id, at] of wokenAt) if (now - at > wakeAgainAfterMs) wokenAt.delete(id)
    const due = await deps.watch.dueWakeUps(deps.chain.id, deps.chain.maxInFlight)
    const chosen = due.filter((d) => !wokenAt.has(d.workflowId)).slice(0, mostAtOnce)
    for (const { workflowId } of chosen) wokenAt.set(workflowId, now)
    const sent = await Promise.allSettled(chosen.map((d) => deps.runs.wake(d.workflowId, d.wakeUp)))
    const lost = sent.filter((s) => s.status === 'rejected').length
    if (lost > 0) deps.log.debug({ lost }, 'wake-ups were not delivered')
  }
}
