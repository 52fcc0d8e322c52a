import type { RowFigures, Unfinished } from '../../domain/books/row-figures.ts'
import { unfinishedStates } from '../../domain/deposits/deposit-state.ts'
import { operatorDoubts } from '../../domain/deposits/doubt.ts'
import type { Metrics } from '../../domain/process.ts'

interface DepositGaugesDeps {
  readonly chains: readonly { readonly id: number; readonly name: string }[]
  readonly figures: Pick<RowFigures, 'unfinished' | 'doubted'>
  readonly metrics: Metrics
}

/**
 * Reasons whose deposits may wait however long: for cheaper gas or more deposits (MONEY 31), or for
 * the sweep of others, whose age counts. Their age would hide a deposit that is stuck.
 */
const withoutAge: ReadonlySet<string> = new Set(['uneconomic', 'joint-sweep'])

/** Number and age of unfinished deposits, and number of deposits in doubt. */
export function createDepositGauges(deps: DepositGaugesDeps): (() => Promise<void>)[] {
  const { figures, metrics } = deps
  const names = new Map(deps.chains.map(({ id, name }) => [id, name]))
  /** Reasons by chain and state. '' has a series from the start, which alerts need. */
  const reasons = new Map<string, Set<string>>()

  function gaugeState(id: number, chain: string, found: readonly Unfinished[]): void {
    for (const state of unfinishedStates) {
      const here = found.filter((it) => it.chainId === id && it.state === state)
      const seen = reasons.get(`${id} ${state}`) ?? new Set([''])
      reasons.set(`${id} ${state}`, seen)
      for (const { reason } of here) seen.add(reason)
      // The gauge of a reason without deposits is set to 0; otherwise it would keep its last value.
      for (const reason of seen) {
        const count = here.find((it) => it.reason === reason)?.count ?? 0
        metrics.gauge('coldsweep_unfinished_deposits', { chain, state, reason }, count)
      }
      const aging = here.filter(({ reason }) => !withoutAge.has(reason))
      const oldest = Math.max(0, ...aging.map(({ oldestSeconds }) => oldestSeconds))
      metrics.gauge('coldsweep_oldest_unfinished_deposit_seconds', { chain, state }, oldest)
    }
  }

  async function gaugeUnfinished(): Promise<void> {
    const found = await figures.unfinished()
    // Deposits of a chain that was removed from coldsweep.yaml are not swept, so they stay visible.
    for (const { chainId } of found)
      if (!names.has(chainId)) names.set(chainId, `${chainId} (not in coldsweep.yaml)`)
    for (const [id, name] of names) gaugeState(id, name, found)
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

  return [gaugeUnfinished, gaugeDoubted]
}
