import type { RowFigures } from '../domain/books/row-figures.ts'
import { unfinishedStates } from '../domain/deposits/deposit-state.ts'
import { operatorDoubts } from '../domain/deposits/doubt.ts'
import type { Metrics } from '../domain/process.ts'
import { errorMessage } from '../runtime/error-message.ts'
import type { Loop } from '../runtime/loop.ts'
import { sleep } from '../runtime/sleep.ts'

export interface WatchRowsDeps {
  readonly chains: readonly { readonly id: number; readonly name: string }[]
  readonly figures: RowFigures
  readonly metrics: Metrics
  /** @default 10000 */
  readonly everyMs?: number
}

/**
 * Publishes gauges read from our own rows: count and age of unfinished deposits by state, paused
 * chains, and the last reconciliation. The gauges come from rows so that a stuck workflow or a
 * Temporal outage cannot hide a deposit's age, and a restart keeps a reported difference.
 */
export function createRowWatch(deps: WatchRowsDeps): Loop {
  let problem: string | undefined
  const { figures, metrics } = deps
  const names = new Map(deps.chains.map(({ id, name }) => [id, name]))

  async function gaugeDeposits(): Promise<void> {
    const found = await figures.unfinished()
    const keyOf = (chainId: number, state: string) => `${chainId} ${state}`
    const known = new Map(found.map((it) => [keyOf(it.chainId, it.state), it]))
    // Deposits of a chain that was removed from coldsweep.yaml are not swept, so they stay visible.
    for (const { chainId } of found)
      if (!names.has(chainId)) names.set(chainId, `${chainId} (not in coldsweep.yaml)`)
    for (const [id, name] of names) {
      for (const state of unfinishedStates) {
        const { count = 0, oldestSeconds = 0 } = known.get(keyOf(id, state)) ?? {}
        const labels = { chain: name, state }
        // The gauge of a state without deposits is set to 0; otherwise it would keep its last
        // value.
        metrics.gauge('coldsweep_unfinished_deposits', labels, count)
        metrics.gauge('coldsweep_oldest_unfinished_deposit_seconds', labels, oldestSeconds)
      }
    }
  }

  async function gaugeDoubted(): Promise<void> {
    const found = await figures.doubted()
    for (const [id, chain] of names) {
      for (const reason of operatorDoubts) {
        const known = found.find(({ chainId, doubt }) => chainId === id && doubt === reason)
        metrics.gauge('coldsweep_doubted_deposits', { chain, reason }, known?.count ?? 0)
      }
    }
  }

  async function gaugeChains(): Promise<void> {
    for (const { chainId, paused, reconciled } of await figures.chains()) {
      const name = names.get(chainId)
      if (name === undefined) continue
      const labels = { chain: name }
      metrics.gauge('coldsweep_chain_paused', labels, paused ? 1 : 0)
      if (reconciled === undefined) continue
      metrics.gauge('coldsweep_reconcile_differences', labels, reconciled.differences)
      metrics.gauge('coldsweep_reconciled_height', labels, Number(reconciled.height))
      metrics.gauge('coldsweep_reconciled_age_seconds', labels, reconciled.ageSeconds)
    }
  }

  /** The three measurements are independent, so that a slow count does not hide a paused chain. */
  async function poll(): Promise<void> {
    const results = await Promise.allSettled([gaugeDeposits(), gaugeDoubted(), gaugeChains()])
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
