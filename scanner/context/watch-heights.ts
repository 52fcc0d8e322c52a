import type { Metrics } from '../../domain/process.ts'

/** Height of a chain's cursor and of its head, at each iteration of its scanner. */
export interface ChainHeights {
  readonly chain: string
  readonly height: number
  readonly head: number
}

/** Also gives the heights that the scanner publishes as gauges to `told`. */
export function watchHeights<M extends Metrics>(
  metrics: M,
  told: (heights: ChainHeights) => void,
): M {
  const heads = new Map<string, number>()
  return {
    ...metrics,
    gauge(name: string, labels: Readonly<Record<string, string>>, value: number) {
      metrics.gauge(name, labels, value)
      const chain = labels['chain']
      if (chain === undefined) return
      if (name === 'chain_head') heads.set(chain, value)
      const head = heads.get(chain)
      if (name === 'scan_height' && head !== undefined) told({ chain, height: value, head })
    },
  }
}
