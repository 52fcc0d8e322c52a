import { startHealthServer } from '../adapters/http/health-server.ts'
import { createGasSignals } from '../adapters/ioredis/gas-signals.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { beginAtZero, beginTokensAtZero } from '../adapters/prom-client/begin-at-zero.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import { connectTemporal } from '../adapters/temporal/connect-temporal.ts'
import { createSweepRuns } from '../adapters/temporal/sweep-runs.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Loop } from '../runtime/loop.ts'
import { runProcess } from '../runtime/run-process.ts'
import { createStartGate } from '../runtime/start-gate.ts'
import { sweepWorkflowId } from '../workflows/contract.ts'
import { createHints } from './context/hints.ts'
import {
  asItIs,
  chainParts,
  chosen,
  openNodes,
  openShared,
  type ScanWrap,
  startProblems,
  witnessOf,
} from './main-parts.ts'
import { createChainScanner } from './scan-chain.ts'

export { rescan } from './main-rescan.ts'

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
 * The scanner process: all chains of the configuration, or one. Resolves with the exit code after
 * SIGTERM or SIGINT, once the current commit is done. Waits for services that are down at the
 * start.
 * @throws ConfigError or StartRefused before it reads a block
 */
export async function run(
  options: {
    readonly chain?: number | undefined
    /** Wraps parts in tests. @default parts are unchanged */
    readonly wrap?: ScanWrap
  } = {},
): Promise<number> {
  const wrap = options.wrap ?? asItIs
  const config = loadConfig({ need: ['database', 'central', 'redis', 'temporal'] })
  const chains = chosen(config.chains, options.chain)
  const log = createLog({ level: config.logLevel }).child({ process: 'scanner' })
  const metrics = createMetrics()
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
  // Redis and Temporal are not checked. Only hints need them, and without them the scanner loses
  // nothing.
  const checks = { start: gate.problem }
  const health = await startHealthServer({
    process: 'scanner',
    ...config.http,
    loops,
    metrics,
    checks,
    log,
  })
  try {
    return await runProcess(gate, loops, log)
  } finally {
    await hints.close(2_000)
    await health.close()
    redis.close()
    await Promise.allSettled([temporal.close(), shared.close()])
  }
}
