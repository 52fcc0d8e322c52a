import { createLog } from '../adapters/pino/create-log.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import type { Environment } from '../config/env/secret-file.ts'
import { loadConfig } from '../config/load-config.ts'
import { StartRefused } from '../domain/errors.ts'
import { rescanRange } from './backfill/rescan-range.ts'
import { reportNodeLimits } from './context/report-node-limits.ts'
import { defaultTuning } from './context/scan-deps.ts'
import { openReading } from './detect/read-finds.ts'
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
 * Reads old blocks of a chain again, for wallets that became known long after they were paid. Safe
 * to repeat, and safe while a scanner runs.
 * @throws BadInput for blocks that the scanner has not reached yet
 */
export async function rescan(options: {
  readonly chain: number
  readonly from: bigint
  readonly to: bigint
  readonly env: Environment
  readonly onBegin: () => Promise<void>
  readonly onProgress: (height: bigint) => void
}): Promise<{ readonly blocks: number; readonly found: number }> {
  const config = loadConfig({ need: ['database', 'central'], env: options.env })
  const log = createLog({ level: config.logLevel }).child({ process: 'rescan' })
  const shared = openShared(config, log, createMetrics({ processMetrics: false }), asItIs)
  try {
    const [chain] = chosen(config.chains, options.chain)
    if (!chain) throw new StartRefused(['coldsweep.yaml has no chain'])
    const nodes = new Map([[chain.id, openNodes(chain, shared.metrics)]])
    const problems = await startProblems(config, [chain], shared, nodes, log)
    if (problems.length > 0) throw new StartRefused(problems)
    await shared.watch.refresh()
    const parts = chainParts(chain, nodes, log, asItIs)
    const limits = reportNodeLimits({ ...shared, ...parts })
    const reading = await openReading({ ...shared, ...parts }, limits, defaultTuning.width)
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
