import type { Metrics } from '../../domain/process.ts'

/**
 * Counters that alerts watch exist from the start: one that is born at 1 has not risen, as
 * Prometheus sees it.
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

/** The same for counters that tell tokens apart. */
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
