import type { ScanDeps } from './scan-deps.ts'

/**
 * What a scanner does when a node can't trace although the chain wants it: it goes on, because
 * deposits that need no trace must not wait for it, and says so. Balances show what stayed unseen.
 * @returns undefined where the chain's inner transfers are not traced
 */
export function innerTracing({
  chain,
  log,
  metrics,
}: Pick<ScanDeps, 'chain' | 'log' | 'metrics'>): (() => void) | undefined {
  if (chain.internalTransfers !== 'trace') return undefined
  let told = false
  return () => {
    metrics.count('blocks_not_traced', { chain: chain.name })
    if (told) return
    told = true
    log.error(
      {},
      'the node can’t trace: coin that contracts pay to wallets is not found; use a node with debug_traceBlockByHash or trace_block, then rescan',
    )
  }
}
