import type { Metrics } from '../../domain/process.ts'

/**
 * Creates the counters that alerts watch, with the value 0. Prometheus sees no increase in a
 * counter that starts at 1.
 */
export function beginAtZero(
  metrics: Metrics,
  chains: readonly { readonly name: string }[],
  counters: readonly string[],
): void {
  for (const { name } of chains) {
    for (const counter of counters) metrics.count(counter, { chain: name }, 0)
  }
}

/** `beginAtZero` for counters with an `asset` label. */
export function beginTokensAtZero(
  metrics: Metrics,
  chains: readonly {
    readonly name: string
    readonly tokens: readonly { readonly symbol: string }[]
  }[],
  counters: readonly string[],
): void {
  for (const { name: chain, tokens } of chains) {
    for (const { symbol: asset } of tokens) {
      for (const counter of counters) metrics.count(counter, { chain, asset }, 0)
    }
  }
}
