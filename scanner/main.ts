import { createRowFigures } from '../adapters/drizzle/books/row-figures.ts'
import { recordedAddressProblem } from '../adapters/drizzle/chains/recorded-addresses.ts'
import { startHealthServer } from '../adapters/http/health-server.ts'
import { createGasSignals } from '../adapters/ioredis/gas-signals.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { beginAtZero, beginTokensAtZero } from '../adapters/prom-client/begin-at-zero.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import { connectTemporal } from '../adapters/temporal/connect-temporal.ts'
import { createSweepRuns } from '../adapters/temporal/sweep-runs.ts'
import { createSweepWorkers } from '../adapters/temporal/sweep-workers.ts'
import { toEip55 } from '../adapters/viem/to-eip55.ts'
import { processEnvironment } from '../config/env/env.ts'
import { keeperKeysIn } from '../config/env/keeper-keys.ts'
import { loadConfig } from '../config/load-config.ts'
import { productVersion } from '../config/version.ts'
import type { Loop } from '../runtime/loop.ts'
import type { Parent } from '../runtime/parent-exit.ts'
import { runProcess } from '../runtime/run-process.ts'
import { createStartGate } from '../runtime/start-gate.ts'
import { sweepWorkflowId } from '../workflows/contract.ts'
import { createHints } from './context/hints.ts'
import { type ChainHeights, watchHeights } from './context/watch-heights.ts'
import { createWorkerWatch } from './context/worker-watch.ts'
import {
  asItIs,
  chainParts,
  chosen,
  needs,
  openNodes,
  openShared,
  type ScanWrap,
  startProblems,
  witnessOf,
} from './main-parts.ts'
import { createChainScanner } from './scan-chain.ts'

export { rescan } from './main-rescan.ts'

/** Counters that alerts watch. */
const alarms = [
  'reorgs_below_final',
  'reorgs_too_deep',
  'foreign_transactions',
  'rpc_disagreements',
  'reorgs',
  'scan_failures',
  'late_transfers',
  'cut_log_answers',
  'unread_token_blocks',
  'transfer_differences',
]

/**
 * Runs the scanner process for all chains of the configuration, or for one chain. Resolves with the
 * exit code after SIGTERM or SIGINT, once the current commit is done. Waits for services that are
 * down at the start.
 * @throws ConfigError or StartRefused before it reads a block
 */
export async function run(
  options: {
    readonly chain?: number | undefined
    /** The process stops when this parent ends. @default the parent is not watched */
    readonly parent?: Parent
    /** Gets each chain's heights, for a progress bar. @default none */
    readonly heights?: ((heights: ChainHeights) => void) | undefined
    /** Wraps parts in tests. @default parts are unchanged */
    readonly wrap?: ScanWrap
  } = {},
): Promise<number> {
  const wrap = options.wrap ?? asItIs
  const config = loadConfig({ need: [...needs] })
  const chains = chosen(config.chains, options.chain)
  const log = createLog({ level: config.logLevel }).child({ process: 'scanner' })
  const keys = keeperKeysIn(processEnvironment())
  if (keys.length > 0) {
    log.warn({ variables: keys }, 'scanner has a private key that it never uses; remove it')
  }
  const published = createMetrics()
  const metrics = options.heights ? watchHeights(published, options.heights) : published
  beginAtZero(metrics, chains, alarms)
  beginTokensAtZero(metrics, chains, ['unbacked_alarms'])
  const shared = openShared(config, log, metrics, wrap)
  const nodes = new Map(chains.map((chain) => [chain.id, openNodes(chain, metrics)]))
  const gate = createStartGate(() => startProblems(config, chains, shared, nodes, log), log)
  const redis = createGasSignals({
    url: config.redis.url.reveal(),
    prefix: config.redis.prefix,
    ttlSeconds: config.timers.gasSignalTtlSeconds,
    log,
  })
  const temporal = connectTemporal(config.temporal)
  const hints = createHints({
    gasSignals: wrap('gasSignals', redis),
    sweepRuns: wrap('runs', createSweepRuns(temporal, new Map())),
    workflowIdOf: sweepWorkflowId,
    log,
    metrics,
  })
  const loops: Loop[] = [
    shared.watch,
    createWorkerWatch({
      workers: createSweepWorkers(temporal),
      figures: createRowFigures(shared.database.db),
      metrics,
    }),
    ...chains.map((chain) =>
      createChainScanner({
        ...shared,
        ...chainParts(chain, nodes, log, wrap),
        witness: witnessOf(chain, log, metrics),
        hints,
        lateWalletBlocks: config.lateWalletBlocks,
      }),
    ),
  ]
  // Redis and Temporal are not checked. Only hints need these services, and without hints the
  // scanner loses nothing.
  const checks = {
    start: gate.problem,
    // A restart of this scanner would be refused, and then nobody would detect deposits.
    'recorded addresses': () => recordedAddressProblem(shared.database, chains, toEip55),
  }
  const health = await startHealthServer({
    process: 'scanner',
    version: productVersion(),
    ...config.http,
    loops,
    metrics,
    checks,
    log,
  })
  try {
    return await runProcess(gate, loops, log, options.parent)
  } finally {
    await hints.close(2_000)
    await health.close()
    redis.close()
    await Promise.allSettled([temporal.close(), shared.close()])
  }
}
