import type { BlockHeader } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { createStallGuard, headStallAfterMs } from './stall-guard.ts'

/** The heights that one iteration of the scan reads. */
export interface Heads {
  readonly head: BlockHeader
  /** Height of the finality policy's tag; undefined if the policy has none. */
  readonly tagged: bigint | undefined
}

/** Reads the head, measures the lag behind it, and leaves a node that lags or has stopped. */
export interface HeadMonitor {
  /**
   * Reads the tag, then the head. In this order, the blocks that are read afterwards belong to the
   * chain on which the tagged block is final.
   */
  read(reader: ChainReader, cursor: ScanCursor): Promise<Heads>
  /** Publishes the gauges of the head, the cursor and the lag. */
  measure(head: bigint, cursor: ScanCursor): void
  /**
   * Changes to the next node once the current node has lagged for `lagMs`, or its head has stopped.
   * A node whose head has stopped looks like a chain without new blocks; only another node can show
   * the difference.
   */
  leaveLagging(reader: ChainReader, isBehind: boolean, cursor: ScanCursor): void
  /** Set while the head has stopped. */
  problem(): string | undefined
}

export function createHeadMonitor({
  chain,
  clock,
  log,
  metrics,
  watch,
  ...deps
}: ScanDeps): HeadMonitor {
  const tuning = { ...defaultTuning, ...deps.tuning }
  const stallMs = tuning.headStallMs ?? headStallAfterMs(chain.blockTimeMs)
  const guard = createStallGuard(stallMs, clock)
  const { tag } = chain.finality
  const labels = { chain: chain.name }
  let lastHead: bigint | undefined
  let stalledMs = 0
  let behindSince: number | undefined

  function measure(head: bigint, cursor: ScanCursor): void {
    lastHead = head
    watch.report(chain.id, cursor.height)
    metrics.gauge('chain_head', labels, Number(head))
    metrics.gauge('scan_height', labels, Number(cursor.height))
    metrics.gauge('final_height', labels, Number(cursor.finalHeight ?? -1n))
    metrics.gauge('scan_lag_blocks', labels, Math.max(0, Number(head - cursor.height)))
    metrics.gauge('scan_lag_limit_blocks', labels, Number(chain.maxScanLag))
    stalledMs = guard.see(head)
    metrics.gauge('head_stood_seconds', labels, stalledMs / 1000)
    metrics.gauge('head_stall_limit_seconds', labels, stallMs / 1000)
  }

  function problem(): string | undefined {
    if (!guard.stalled) return undefined
    const seconds = Math.floor(stalledMs / 1000)
    return `no new block of ${chain.name} for ${seconds} s; the chain or its node may have stopped`
  }

  return {
    measure,
    problem,
    async read(reader, cursor) {
      const tagged = tag && (await reader.taggedHeight(tag).catch((error: unknown) => ({ error })))
      const head = await reader.head().catch((error: unknown) => {
        // The last known head is measured again, so that an outage raises the lag alarms.
        if (lastHead !== undefined) measure(lastHead, cursor)
        throw error
      })
      measure(head.number, cursor)
      if (typeof tagged === 'object') throw tagged.error
      return { tagged, head }
    },
    leaveLagging(reader, isBehind, { height }) {
      const now = clock.now().getTime()
      behindSince = isBehind || guard.stalled ? (behindSince ?? now) : undefined
      if (behindSince === undefined || now - behindSince < tuning.lagMs) return
      const reason = problem() ?? 'node lags behind the cursor'
      log.warn({ height, reason }, 'node lags or has stopped; asking the next node')
      behindSince = undefined
      reader.moveOn()
    },
  }
}
