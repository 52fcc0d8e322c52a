import { openCentral } from '../adapters/central/central-database.ts'
import { inspectCentral } from '../adapters/central/inspect-central.ts'
import { recordedAddressProblem } from '../adapters/drizzle/chains/recorded-addresses.ts'
import { readStartFacts } from '../adapters/drizzle/chains/start-facts.ts'
import { openDatabase } from '../adapters/drizzle/database.ts'
import { startHealthServer } from '../adapters/http/health-server.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { beginAtZero } from '../adapters/prom-client/begin-at-zero.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import { createChainNodes } from '../adapters/viem/client.ts'
import { toEip55 } from '../adapters/viem/to-eip55.ts'
import { nativeTokenProblems } from '../adapters/viem/tokens/native-as-token.ts'
import { createTransactionCodec } from '../adapters/viem/transaction-codec.ts'
import { loadConfig } from '../config/load-config.ts'
import { productVersion } from '../config/version.ts'
import type { Hex } from '../domain/address.ts'
import { ownAddresses, startErrors } from '../domain/chains/start-errors.ts'
import type { SweepRuns } from '../domain/deposits/sweep-runs.ts'
import type { Log } from '../domain/process.ts'
import type { Parent } from '../runtime/parent-exit.ts'
import { runProcess } from '../runtime/run-process.ts'
import { createStartGate } from '../runtime/start-gate.ts'
import { chooseLoops } from './main-loops.ts'
import {
  answerWithinMs,
  needs,
  openParts,
  type WorkerConfig,
  type WorkerLoop,
  type Wrap,
} from './main-parts.ts'

const alarms = ['displaced_transactions', 'rpc_disagreements', 'lane_look_failures']

export { adoptBalancesNow, type Recovered, reconcileNow, recoverNow } from './main-books.ts'

/**
 * Runs the worker process: Temporal worker, intake, relay and one lane loop per chain, or only one
 * of these parts. Waits at the start for services that are down. Resolves with the exit code after
 * SIGTERM or SIGINT. Throws ConfigError or StartRefused before any money moves.
 */
export async function run(
  options: {
    readonly only?: WorkerLoop | undefined
    /** The process stops when this parent ends. @default the parent is not watched */
    readonly parent?: Parent
    /** Wraps parts in tests. @default parts are unchanged */
    readonly wrap?: Wrap
  } = {},
): Promise<number> {
  const config = loadConfig({ need: [...needs] })
  const log = createLog({ level: config.logLevel }).child({ process: 'worker' })
  const metrics = createMetrics()
  beginAtZero(metrics, config.chains, alarms)
  const database = openDatabase(config.database.url.reveal(), {
    applicationName: 'coldsweep-worker',
    statementTimeoutMs: answerWithinMs - 1_000,
  })
  // MONEY 1: a separate small pool, so that a signature never queues behind reports.
  const signing = openDatabase(config.database.url.reveal(), {
    applicationName: 'coldsweep-signing',
    statementTimeoutMs: answerWithinMs - 1_000,
    max: 4,
  })
  const openKeys = (applicationName: string, max: number, statementTimeoutMs: number) =>
    openCentral(config.central.url.reveal(), { applicationName, max, statementTimeoutMs })
  const central = {
    usual: openKeys('coldsweep-keys', 4, 9_000),
    any: openKeys('coldsweep-key-search', 2, 55_000),
  }
  const parts = await openParts(config, {
    database,
    signing,
    central,
    log,
    metrics,
    wrap: options.wrap ?? ((_, part) => part),
  })
  const loops = await chooseLoops(config, parts, options.only)
  const gate = createStartGate(() => startProblems(config, database, log), log)
  const health = await startHealthServer({
    process: 'worker',
    version: productVersion(),
    ...config.http,
    loops,
    metrics,
    // Redis is not checked, because Redis has only hints, and without hints the worker polls
    // receipts. Temporal has its own check: while the server is silent, the worker's polls do not
    // fail for a minute, and an idle intake starts no workflow that could fail.
    // A worker that runs no sweep is ready without the recorded addresses.
    checks: {
      start: gate.problem,
      'temporal server': () => temporalProblem(parts.runs),
      ...((options.only ?? 'temporal') === 'temporal' && {
        'recorded addresses': () => recordedAddressProblem(database, config.chains, toEip55),
      }),
    },
    log,
  })
  try {
    return await runProcess(gate, loops, log, options.parent)
  } finally {
    await health.close()
    parts.gasSignals.close()
    await Promise.allSettled([
      parts.temporal.close(),
      ...parts.buses.map((bus) => bus.close()),
      ...[database, signing, ...Object.values(central)].map((pool) => pool.close()),
    ])
  }
}

async function temporalProblem(runs: Pick<SweepRuns, 'reachable'>): Promise<string | undefined> {
  return (await runs.reachable()) ? undefined : 'Temporal does not respond'
}

/**
 * Returns the problems that forbid the start. MONEY 18: any contradiction between config, database,
 * keys and chain stops the process before it reads a message.
 */
async function startProblems(
  config: WorkerConfig,
  database: ReturnType<typeof openDatabase>,
  log: Log,
): Promise<readonly string[]> {
  const facts = await readStartFacts(database, config.chains)
  const addresses = ownAddresses(config.chains).map(({ address }) => address)
  const { hits } = await inspectCentral(config.central.url.reveal(), addresses)
  const codec = createTransactionCodec()
  const wrongKeys = config.chains.flatMap(({ id, gasKeeper }) => {
    const key = config.keeperKeys.get(id)?.reveal() as Hex | undefined
    if (key && codec.addressOfKey(key) === gasKeeper.address) return []
    return [`chain ${id}: the private key of GAS_KEEPER is not the key of ${gasKeeper.address}`]
  })
  const coins = await Promise.all(
    config.chains.map((chain) => {
      const urls = chain.rpcUrls.map((url) => url.reveal())
      return nativeTokenProblems(chain, createChainNodes({ chainId: chain.id, urls }), (error) =>
        log.warn({ error, chain: chain.name }, 'tokens not compared with the native coin'),
      )
    }),
  )
  const errors = startErrors(config.chains, { ...facts, inUserwallet: hits }, toEip55)
  return [...coins.flat(), ...errors, ...wrongKeys]
}
