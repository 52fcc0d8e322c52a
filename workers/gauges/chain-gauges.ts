import { laneRoles, type RowFigures } from '../../domain/books/row-figures.ts'
import type { Metrics } from '../../domain/process.ts'

interface ChainGaugesDeps {
  readonly chains: readonly {
    readonly id: number
    readonly name: string
    readonly gas: { readonly bumpAfterBlocks: number }
    readonly native: { readonly id: string; readonly symbol: string }
    readonly tokens: readonly { readonly id: string; readonly symbol: string }[]
  }[]
  readonly reconcileSeconds: number
  readonly figures: Pick<RowFigures, 'chains' | 'closedLanes' | 'unsearched' | 'pausedAssets'>
  readonly metrics: Metrics
}

/** A transaction that is unmined for this many bump intervals needs an operator. */
const longUnminedBumps = 5

/**
 * Pause, last reconciliation, closed lanes, external transactions and unsearched blocks of each
 * chain.
 */
export function createChainGauges(deps: ChainGaugesDeps): (() => Promise<void>)[] {
  const { chains, figures, metrics, reconcileSeconds } = deps
  const names = new Map(chains.map(({ id, name }) => [id, name]))
  for (const { name: chain, gas } of chains) {
    const limit = gas.bumpAfterBlocks * longUnminedBumps
    metrics.gauge('coldsweep_unmined_limit_blocks', { chain }, limit)
    metrics.gauge('coldsweep_reconcile_interval_seconds', { chain }, reconcileSeconds)
  }

  async function gaugeChains(): Promise<void> {
    for (const { chainId, paused, external, reconciled } of await figures.chains()) {
      const name = names.get(chainId)
      if (name === undefined) continue
      const labels = { chain: name }
      metrics.gauge('coldsweep_chain_paused', labels, paused ? 1 : 0)
      metrics.gauge('coldsweep_external_transactions', labels, external)
      if (reconciled === undefined) continue
      metrics.gauge('coldsweep_reconcile_differences', labels, reconciled.differences)
      metrics.gauge('coldsweep_reconciled_height', labels, Number(reconciled.height))
      metrics.gauge('coldsweep_reconciled_age_seconds', labels, reconciled.ageSeconds)
    }
  }

  async function gaugeLanes(): Promise<void> {
    const found = await figures.closedLanes()
    for (const [id, chain] of names) {
      for (const role of laneRoles) {
        const known = found.find((it) => it.chainId === id && it.role === role)
        metrics.gauge('coldsweep_closed_lanes', { chain, role }, known?.count ?? 0)
      }
    }
  }

  async function gaugeUnsearched(): Promise<void> {
    const found = await figures.unsearched()
    for (const { id: chainId, name: chain, tokens } of chains) {
      for (const { id: token, symbol: asset } of tokens) {
        const known = found.find((it) => it.chainId === chainId && it.token === token)
        metrics.gauge('coldsweep_unsearched_token_blocks', { chain, asset }, known?.blocks ?? 0)
      }
    }
  }

  async function gaugePausedAssets(): Promise<void> {
    const found = await figures.pausedAssets()
    for (const { id: chainId, name: chain, native, tokens } of chains) {
      for (const { id, symbol: asset } of [native, ...tokens]) {
        const isPaused = found.some((it) => it.chainId === chainId && it.asset === id)
        metrics.gauge('coldsweep_asset_paused', { chain, asset }, isPaused ? 1 : 0)
      }
    }
  }

  return [gaugeChains, gaugeLanes, gaugeUnsearched, gaugePausedAssets]
}
