import {
  burnWeiPerSecond,
  type KeeperFigures,
  secondsToEmpty,
  sweepsLeft,
} from '../../domain/keeper/keeper-figures.ts'
import type { Metrics } from '../../domain/process.ts'

export interface WatchedKeeper {
  readonly id: number
  readonly name: string
  readonly gasKeeper: { readonly alertBelowWei: bigint }
}

interface KeeperGaugesDeps {
  readonly chains: readonly WatchedKeeper[]
  readonly keepers: KeeperFigures
  readonly metrics: Metrics
}

/** Balance, thresholds and burn rate of each keeper, as of its last watch. */
export function createKeeperGauges(deps: KeeperGaugesDeps): (() => Promise<void>)[] {
  const { chains, keepers, metrics } = deps
  for (const { name: chain, gasKeeper } of chains) {
    metrics.gauge('coldsweep_keeper_alert_below_wei', { chain }, Number(gasKeeper.alertBelowWei))
  }

  async function gaugeKeepers(): Promise<void> {
    const all = await keepers.facts()
    for (const { id, name: chain } of chains) {
      const facts = all.find(({ chainId }) => chainId === id)
      if (facts === undefined) continue
      const { uncommittedWei, emptyBelowWei, watchedSecondsAgo } = facts
      metrics.gauge('coldsweep_keeper_uncommitted_wei', { chain }, Number(uncommittedWei))
      metrics.gauge('coldsweep_keeper_empty_below_wei', { chain }, Number(emptyBelowWei))
      metrics.gauge('coldsweep_keeper_watch_age_seconds', { chain }, watchedSecondsAgo)
      metrics.gauge('coldsweep_keeper_burn_wei_per_second', { chain }, burnWeiPerSecond(facts))
      metrics.gauge('coldsweep_keeper_seconds_to_empty', { chain }, secondsToEmpty(facts))
      const left = sweepsLeft(facts)
      if (left !== undefined) metrics.gauge('coldsweep_keeper_sweeps_left', { chain }, left)
    }
  }

  return [gaugeKeepers]
}
