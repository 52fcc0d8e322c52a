import type { LaneWatch } from '../domain/lanes/lane-watch.ts'
import type { Log, Metrics } from '../domain/process.ts'
import { errorMessage } from '../runtime/error-message.ts'
import { leadUntilStopped } from '../runtime/leadership.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface LaneLoopDeps {
  readonly chain: { readonly id: number; readonly name: string; readonly blockTimeMs: number }
  /** One look at every signed transaction: transactions/track/track-lane.ts. */
  readonly tend: () => Promise<void>
  readonly wakeDue: () => Promise<void>
  readonly watch: Pick<LaneWatch, 'lead'>
  readonly log: Log
  readonly metrics: Metrics
}

const shortestLookMs = 250
const longestLookMs = 4_000

/**
 * The lane loop of one chain (MONEY 5): one leader tends every signed transaction until it is at
 * depth, whatever becomes of the workflow that asked for it. Two leaders for a moment (a lock lost
 * in mid-look) do no harm: a look only repeats stored bytes and writes what the chain says.
 */
export function createLaneLoop(deps: LaneLoopDeps): Loop {
  const { chain, log } = deps
  const lookMs = Math.min(Math.max(chain.blockTimeMs / 2, shortestLookMs), longestLookMs)
  let trouble: string | undefined = 'not started'

  /**
   * Wake-ups follow whatever has failed before: one transaction that can't be tended must not leave
   * all others asleep.
   */
  async function look(): Promise<void> {
    const tended = await attempted(deps.tend, "can't be tended")
    const woken = await attempted(deps.wakeDue, "can't wake whom they free")
    trouble = tended ?? woken
  }

  async function attempted(step: () => Promise<void>, what: string): Promise<string | undefined> {
    try {
      await step()
      return undefined
    } catch (error) {
      log.warn({ error }, `the lanes ${what}; the next look follows`)
      deps.metrics.count('coldsweep_lane_look_failures_total', { chain: chain.name })
      return `the lanes of ${chain.name} ${what}: ${errorMessage(error)}`
    }
  }

  async function askToLead(lost: () => void) {
    try {
      const lead = await deps.watch.lead(chain.id, lost)
      // Another worker that leads is health, not trouble.
      trouble = undefined
      return lead
    } catch (error) {
      trouble = `can't ask to lead the lanes of ${chain.name}: ${errorMessage(error)}`
      log.warn({ error }, 'could not ask to lead the lanes')
      return undefined
    }
  }

  return {
    name: `lanes-${chain.name}`,
    trouble: () => trouble,
    async run(stop) {
      await leadUntilStopped(stop, askToLead, async (leading) => {
        log.info({ chain: chain.name }, 'leads the lanes')
        while (!leading.aborted) {
          await look()
          await sleep(lookMs, leading)
        }
      })
    },
  }
}
