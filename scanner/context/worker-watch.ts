import type { RowFigures } from '../../domain/books/row-figures.ts'
import type { DepositState } from '../../domain/deposits/deposit-state.ts'
import type { SweepWorkers } from '../../domain/deposits/sweep-runs.ts'
import type { Metrics } from '../../domain/process.ts'
import type { Loop } from '../../runtime/loop.ts'
import { sleep } from '../../runtime/sleep.ts'

export interface WorkerWatchDeps {
  readonly workers: SweepWorkers
  readonly figures: Pick<RowFigures, 'unfinished'>
  readonly metrics: Metrics
  /** @default 10000 */
  readonly everyMs?: number
}

/** States of deposits that the scanner has handed over. */
const handedOver: readonly DepositState[] = ['waiting', 'funding', 'sweeping', 'confirming-sweep']

/**
 * Watches from outside of the workers whether one polls Temporal. Without one, deposits that were
 * handed over stay as they are. No worker is needed before the first deposit, and Temporal or a
 * database that does not answer proves nothing.
 */
export function createWorkerWatch(deps: WorkerWatchDeps): Loop {
  let problem: string | undefined
  async function poll(): Promise<string | undefined> {
    const polling = await deps.workers.polling()
    deps.metrics.gauge('coldsweep_temporal_workers', {}, polling.length)
    if (polling.length > 0) return undefined
    const rows = (await deps.figures.unfinished()).filter(({ state }) => handedOver.includes(state))
    const count = rows.reduce((sum, row) => sum + row.count, 0)
    if (count === 0) return undefined
    return `no worker polls Temporal; ${count} unfinished deposits need one: start "coldsweep worker", or check its TEMPORAL_NAMESPACE`
  }
  return {
    name: 'workers',
    problem: () => problem,
    async run(stop) {
      while (!stop.aborted) {
        problem = await poll().catch(() => undefined)
        await sleep(deps.everyMs ?? 10_000, stop)
      }
    },
  }
}
