import { keccak256 } from 'viem'
import { openCentralClient } from '../adapters/central/central-database.ts'
import { inspectCentral } from '../adapters/central/inspect-central.ts'
import { createWalletBook } from '../adapters/central/wallet-book.ts'
import { createBalanceBook } from '../adapters/drizzle/balance-book.ts'
import { openDatabase } from '../adapters/drizzle/database.ts'
import { withDeadline } from '../adapters/drizzle/deadline.ts'
import { createLead } from '../adapters/drizzle/leadership.ts'
import { createScanStore } from '../adapters/drizzle/scan-store/scan-store.ts'
import { readStartFacts } from '../adapters/drizzle/start-facts.ts'
import { createWalletStore } from '../adapters/drizzle/wallet-store.ts'
import { startHealthServer } from '../adapters/http/health-server.ts'
import { createGasSignals } from '../adapters/ioredis/gas-signals.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { runLoops } from '../adapters/process/run-loops.ts'
import { createStartGate } from '../adapters/process/start-gate.ts'
import { stopSignal } from '../adapters/process/stop-signal.ts'
import { beginAtZero } from '../adapters/prom-client/begin-at-zero.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import { connectTemporal } from '../adapters/temporal/connect-temporal.ts'
import { createSweepRuns } from '../adapters/temporal/sweep-runs.ts'
import { createChainReader } from '../adapters/viem/chain-reader.ts'
import { type ChainNodes, createChainNodes } from '../adapters/viem/client.ts'
import { createNewHeads } from '../adapters/viem/new-heads.ts'
import { openWitness } from '../adapters/viem/quorum/open-witness.ts'
import { toEip55 } from '../adapters/viem/to-eip55.ts'
import type { ChainConfig, Config } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Address } from '../domain/address.ts'
import { createTransferBloom } from '../domain/bloom.ts'
import { StartRefused, WrongChain } from '../domain/errors.ts'
import type { DepositWitness } from '../domain/ports/deposit-witness.ts'
import type { Log } from '../domain/ports/log.ts'
import type { Loop } from '../domain/ports/loop.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import { ownAddresses, startFaults } from '../domain/start-faults.ts'
import { sweepWorkflowId } from '../workflows/contract.ts'
import { createHints } from './hints.ts'
import { innerTracing } from './inner-tracing.ts'
import { createPatientReader } from './patient-reader.ts'
import { rescanRange } from './rescan-range.ts'
import { createChainScanner } from './scan-chain.ts'
import { defaultTuning } from './scan-deps.ts'
import { createWalletWatch, type WalletWatch } from './wallet-watch.ts'

const clock = { now: () => new Date() }

/** The largest commit of a scanner takes a second or two. */
const answerWithinMs = 30_000
const alarms = [
  'reorgs_below_final',
  'reorgs_too_deep',
  'foreign_transactions',
  'rpc_disagreements',
  'reorgs',
  'scan_failures',
]

/**
 * Every part that a process can be killed around or a node can fail under, by name; tests put their own around it.
 * Production gives each back as it is.
 */
export type ScanWrap = <T extends object>(name: ScanPartName, part: T) => T
type ScanPartName = 'store' | 'gasSignals' | 'runs' | 'reader'

const asItIs: ScanWrap = (_, part) => part

/**
 * The scanner process: every chain of the configuration, or one. Resolves with the exit code once SIGTERM or SIGINT has
 * stopped it, after the commit under way. Waits for what is down at the start. Throws ConfigError or StartRefused before it
 * reads a block.
 */
export async function run(
  options: {
    readonly chain?: number | undefined
    /** Tests put their own around the parts. @default as they are */
    readonly wrap?: ScanWrap
  } = {},
): Promise<number> {
  const wrap = options.wrap ?? asItIs
  const config = loadConfig({ need: ['database', 'central', 'redis', 'temporal'] })
  const chains = chosen(config.chains, options.chain)
  const log = createLog({ level: config.logLevel }).child({ process: 'scanner' })
  const metrics = createMetrics()
  beginAtZero(metrics, chains, alarms)
  const shared = openShared(config, log, metrics, wrap)
  const nodes = new Map(chains.map((chain) => [chain.id, openNodes(chain)]))
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
  // Not Redis and Temporal: hints go to them, and without them the scanner loses nothing.
  const checks = { start: gate.trouble }
  const health = await startHealthServer({
    process: 'scanner',
    ...config.http,
    loops,
    metrics,
    checks,
    log,
  })
  try {
    const stopping = stopSignal()
    const go = await gate.wait(stopping.signal)
    stopping.release()
    return go ? await runLoops(loops, log) : 0
  } finally {
    await hints.close(2_000)
    await health.close()
    redis.close()
    await Promise.allSettled([temporal.close(), shared.close()])
  }
}

/**
 * Reads old blocks of a chain again, for wallets that became known long after their deposits. Safe to repeat and beside a
 * running scanner. Throws where the scanner has not been yet.
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
    const nodes = new Map([[chain.id, openNodes(chain)]])
    const faults = await startProblems(config, [chain], shared, nodes, log)
    if (faults.length > 0) throw new StartRefused(faults)
    await shared.watch.refresh()
    const parts = chainParts(chain, nodes, log, asItIs)
    const keepers = new Set([...(await shared.store.keepers(chain.id)), chain.gasKeeper.address])
    const { isWallet } = shared.watch
    const { wallets } = shared
    const { mayHoldTransfers } = parts
    const cannotTrace = innerTracing({ ...shared, ...parts })
    const reading = {
      chain,
      keepers,
      isWallet,
      wallets,
      mayHoldTransfers,
      cannotTrace,
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

function chosen(chains: readonly ChainConfig[], id: number | undefined): readonly ChainConfig[] {
  if (id === undefined) return chains
  const chain = chains.find((one) => one.id === id)
  if (chain) return [chain]
  const known = chains.map((one) => one.id).join(', ')
  throw new StartRefused([`chain ${id} is not in coldsweep.yaml, which has ${known}`])
}

/** What all chains of the process share. */
function openShared(
  config: Config<'database' | 'central'>,
  log: Log,
  metrics: Metrics,
  wrap: ScanWrap,
) {
  const url = config.database.url.reveal()
  const database = openDatabase(url, {
    applicationName: 'coldsweep-scanner',
    statementTimeoutMs: answerWithinMs - 1_000,
  })
  const centralUrl = config.central.url.reveal()
  const openBook = () =>
    openCentralClient(centralUrl, {
      applicationName: 'coldsweep-wallets',
      statementTimeoutMs: 9_000,
    })
  const wallets = withDeadline(database, answerWithinMs, createWalletStore(database.db))
  const store = createScanStore(database.db, config.chains)
  const watch: WalletWatch = createWalletWatch({
    book: createWalletBook(openBook),
    store: wallets,
    reserved: new Map(ownAddresses(config.chains).map(({ address, what }) => [address, what])),
    refreshMs: config.walletRefreshSeconds * 1000,
    clock,
    log: log.child({ loop: 'wallets' }),
    metrics,
  })
  return {
    database,
    wallets,
    watch,
    balances: withDeadline(database, answerWithinMs, createBalanceBook(database.db)),
    store: wrap('store', {
      ...withDeadline(database, answerWithinMs, store),
      lead: createLead(url, 'scanner'),
    }),
    clock,
    metrics,
    close: database.close,
  }
}

function openNodes(chain: ChainConfig): ChainNodes {
  return createChainNodes({ chainId: chain.id, urls: chain.rpcUrls.map((url) => url.reveal()) })
}

/** MONEY 20: with several endpoints a deposit is held against all of them before it is handed on. */
function witnessOf(chain: ChainConfig, parent: Log, metrics: Metrics): DepositWitness | undefined {
  return openWitness({
    chain,
    urls: chain.rpcUrls.map((url) => url.reveal()),
    quorum: chain.rpcQuorum,
    log: parent.child({ chain: chain.name }),
    metrics,
  })
}

function chainParts(
  chain: ChainConfig,
  nodes: ReadonlyMap<number, ChainNodes>,
  parent: Log,
  wrap: ScanWrap,
) {
  const log = parent.child({ chain: chain.name })
  const tokens = chain.tokens.map(({ id }) => id as Address)
  return {
    chain,
    log,
    reader: createPatientReader(
      wrap('reader', createChainReader(chain.id, nodes.get(chain.id) ?? openNodes(chain))),
    ),
    heads: createNewHeads({ urls: chain.wsUrls.map((url) => url.reveal()), log }),
    mayHoldTransfers: createTransferBloom(tokens, keccak256),
  }
}

/**
 * MONEY 18 and the nodes' chain ids. A node or the central database that is away forbids nothing: the loops bear that, and a
 * node is asked for its chain id before its first use in any case.
 */
async function startProblems(
  config: Config<'central'>,
  chains: readonly ChainConfig[],
  { database }: Pick<ReturnType<typeof openShared>, 'database'>,
  nodes: ReadonlyMap<number, ChainNodes>,
  log: Log,
): Promise<readonly string[]> {
  const facts = await readStartFacts(database, chains)
  const addresses = ownAddresses(chains).map(({ address }) => address)
  const central = await inspectCentral(config.central.url.reveal(), addresses)
  const checked = await Promise.all([...nodes.values()].map((node) => node.check()))
  const errors = checked.flat().filter((error) => error !== undefined)
  for (const error of errors) {
    if (!(error instanceof WrongChain)) log.warn({ error }, 'a node does not answer yet')
  }
  return [
    ...startFaults(chains, { ...facts, inUserwallet: central.hits }, toEip55),
    ...errors.filter((error) => error instanceof WrongChain).map(({ message }) => message),
  ]
}
