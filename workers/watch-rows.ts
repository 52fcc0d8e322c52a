import type { RowFigures } from '../domain/books/row-figures.ts'
import type { KeeperFigures } from '../domain/keeper/keeper-figures.ts'
import type { Metrics } from '../domain/process.ts'
import { errorMessage } from '../runtime/error-message.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'
import { type BudgetedChain, createBudgetGauges } from './gauges/budget-gauges.ts'
import { createChainGauges } from './gauges/chain-gauges.ts'
import { createDepositGauges } from './gauges/deposit-gauges.ts'
import { createKeeperGauges, type WatchedKeeper } from './gauges/keeper-gauges.ts'

export interface WatchRowsDeps {
  readonly chains: readonly (WatchedKeeper &
    BudgetedChain & { readonly gas: { readonly bumpAfterBlocks: number } })[]
  /** Interval of the scheduled reconciliation. */
  readonly reconcileSeconds: number
  readonly figures: RowFigures
  readonly keepers: KeeperFigures
  readonly metrics: Metrics
  /** @default 10000 */
  readonly everyMs?: number
}

/**
 * Publishes gauges read from our own rows: unfinished deposits, paused chains, closed lanes, the
 * keepers and the last reconciliation. Every worker publishes the same values. A stuck workflow or
 * a Temporal outage cannot hide a deposit's age, and a restart keeps a reported difference.
 */
export function createRowWatch(deps: WatchRowsDeps): Loop {
  let problem: string | undefined
  const gauges = [
    ...createDepositGauges(deps),
    ...createChainGauges(deps),
    ...createKeeperGauges(deps),
    ...createBudgetGauges(deps),
  ]

  /** The measurements are independent, so that a slow count does not hide a paused chain. */
  async function poll(): Promise<void> {
    const results = await Promise.allSettled(gauges.map((measure) => measure()))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  return {
    name: 'rows',
    problem: () => problem,
    async run(stop) {
      while (!stop.aborted) {
        problem = await poll().then(
          () => undefined,
          (error: unknown) => `reading row gauges failed: ${errorMessage(error)}`,
        )
        await sleep(deps.everyMs ?? 10_000, stop)
      }
    },
  }
}
