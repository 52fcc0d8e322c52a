import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ScanDeps } from './scan-deps.ts'

/** Callbacks for blocks of which a node shows less than the chain contains. */
export interface NodeLimits {
  /**
   * Called for a block that the node cannot trace. undefined if the chain's internal transfers are
   * not traced.
   */
  readonly cannotTrace: (() => void) | undefined
  /** Called for a block whose logs the node omitted from an answer without an error. */
  readonly onCut: (block: BlockHeader) => void
}

const logCutEveryMs = 60_000

/**
 * Returns the callbacks that count and log the limits of a chain's nodes. The scan continues,
 * because deposits that need no trace must not wait, and other requests find omitted logs. If an
 * endpoint shows a log in no answer at all, only a second endpoint can show it. Payments without a
 * trace are visible in balances.
 */
export function reportNodeLimits({
  chain,
  clock,
  log,
  metrics,
}: Pick<ScanDeps, 'chain' | 'clock' | 'log' | 'metrics'>): NodeLimits {
  let isTracerReported = false
  let cutReportedAt = Number.NEGATIVE_INFINITY

  function cannotTrace(): void {
    metrics.count('blocks_not_traced', { chain: chain.name })
    if (isTracerReported) return
    isTracerReported = true
    log.error(
      {},
      'node cannot trace, so internal transfers to wallets are not found; use a node with debug_traceBlockByHash or trace_block, then rescan',
    )
  }

  function onCut({ number }: BlockHeader): void {
    metrics.count('cut_log_answers', { chain: chain.name })
    const now = clock.now().getTime()
    if (now - cutReportedAt < logCutEveryMs) return
    cutReportedAt = now
    log.warn(
      { height: number },
      'node omitted logs from an answer without an error; other requests found them; raise its limit, or add another rpc URL',
    )
  }

  return { cannotTrace: chain.internalTransfers === 'trace' ? cannotTrace : undefined, onCut }
}
