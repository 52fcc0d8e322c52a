import type { Log, Metrics } from '../domain/process.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface FailureWatchDeps {
  /** Number of messages in Processing_Failures. */
  readonly count: () => Promise<number>
  readonly log: Log
  readonly metrics: Metrics
  /** @default 15000 */
  readonly everyMs?: number
}

/**
 * Publishes the number of messages that an operator has to requeue or drop. A failed count is no
 * health problem of its own: the relay reports the broker's state.
 */
export function createFailureWatch({ count, log, metrics, everyMs }: FailureWatchDeps): Loop {
  return {
    name: 'failures',
    problem: () => undefined,
    async run(stop) {
      while (!stop.aborted) {
        await count().then(
          (messages) => metrics.gauge('coldsweep_dead_letters', {}, messages),
          (error: unknown) => log.debug({ error }, 'dead letters not counted; retrying'),
        )
        await sleep(everyMs ?? 15_000, stop)
      }
    },
  }
}
