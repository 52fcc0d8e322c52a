import { createLog } from '../adapters/pino/create-log.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import { loadConfig } from '../config/load-config.ts'
import { StartRefused } from '../domain/errors.ts'
import { rescanRange } from './backfill/rescan-range.ts'
import { innerTracing } from './context/internal-tracing.ts'
import { cutAnswerTelling } from './context/report-cut-answers.ts'
import { defaultTuning } from './context/scan-deps.ts'
import {
  asItIs,
  chainParts,
  chosen,
  openNodes,
  openShared,
  startProblems,
  witnessOf,
} from './main-parts.ts'

/**
 * Reads old blocks of a chain again, for wallets that became known long after their deposits. Safe
 * to repeat and beside a running scanner. Throws where the scanner has not been yet.
 */
export async function rescan(options: {
  readonly chain: number
  readonly from: bigint
  readonly to: bigint
  readonly onBegin: () => Promise<void>
  readonly onProgress: (height: bigint) => void
}): Promise<{ readonly blocks: number; readonly found: number }> {
  const config = loadConfig({ need: ['database', 'central'] })
  const log = createLog({ level: config.logLevel }).child({ process: 'rescan' })
  const shared = openShared(config, log, createMetrics({ processMetrics: false }), asItIs)
  try {
    const [chain] = chosen(config.chains, options.chain)
    if (!chain) throw new StartRefused(['coldsweep.yaml has no chain'])
    const nodes = new Map([[chain.id, openNodes(chain, shared.metrics)]])
    const faults = await startProblems(config, [chain], shared, nodes, log)
    if (faults.length > 0) throw new StartRefused(faults)
    await shared.watch.refresh()
    const parts = chainParts(chain, nodes, log, asItIs)
    const keepers = new Set([...(await shared.store.keepers(chain.id)), chain.gasKeeper.address])
    const { isWallet } = shared.watch
    const { wallets } = shared
    const { mayHoldTransfers } = parts
    const cannotTrace = innerTracing({ ...shared, ...parts })
    const onCut = cutAnswerTelling({ ...shared, ...parts })
    const reading = {
      chain,
      keepers,
      isWallet,
      wallets,
      mayHoldTransfers,
      cannotTrace,
      onCut,
      ...defaultTuning,
    }
    const hints = { gasMined() {}, orphaned() {}, async close() {} }
    const { onBegin, onProgress } = options
    const witness = witnessOf(chain, log, shared.metrics)
    const deps = {
      ...shared,
      ...parts,
      witness,
      reading,
      hints,
      onBegin,
      onProgress,
    }
    return await rescanRange(deps, options.from, options.to)
  } finally {
    await shared.close()
  }
}
