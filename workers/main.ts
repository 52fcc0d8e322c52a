import { createActivities } from '../activities/index.ts'
import { createBusConsumer } from '../adapters/amqplib/bus-consumer.ts'
import { createBusPublisher } from '../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../adapters/amqplib/connect-bus.ts'
import { inspectCentral } from '../adapters/central/inspect-central.ts'
import { createCentralKeys } from '../adapters/central/key-source.ts'
import { createAdoptions } from '../adapters/drizzle/adoptions.ts'
import { openDatabase } from '../adapters/drizzle/database.ts'
import { withDeadline } from '../adapters/drizzle/deadline.ts'
import { createDepositLookup } from '../adapters/drizzle/deposit-lookup.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createKeeperBook } from '../adapters/drizzle/keeper-book.ts'
import { createLaneWatch } from '../adapters/drizzle/lane-watch.ts'
import { createLanes } from '../adapters/drizzle/lanes.ts'
import { createLead } from '../adapters/drizzle/leadership.ts'
import { createOutbox } from '../adapters/drizzle/outbox.ts'
import { readStartFacts } from '../adapters/drizzle/start-facts.ts'
import { createSweeps } from '../adapters/drizzle/sweeps/sweeps.ts'
import { startHealthServer } from '../adapters/http/health-server.ts'
import { createGasSignals } from '../adapters/ioredis/gas-signals.ts'
import { createLog } from '../adapters/pino/create-log.ts'
import { runLoops } from '../adapters/process/run-loops.ts'
import { createStartGate } from '../adapters/process/start-gate.ts'
import { stopSignal } from '../adapters/process/stop-signal.ts'
import { createMetrics } from '../adapters/prom-client/create-metrics.ts'
import { connectTemporal } from '../adapters/temporal/connect-temporal.ts'
import { createSweepRuns } from '../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../adapters/temporal/sweep-start.ts'
import { createWorkerLoop, installRuntime } from '../adapters/temporal/worker-loop.ts'
import { createBroadcaster } from '../adapters/viem/broadcaster.ts'
import { createChainState } from '../adapters/viem/chain-state.ts'
import { createChainNodes } from '../adapters/viem/client.ts'
import { createTransactionCodec } from '../adapters/viem/transaction-codec.ts'
import type { ChainConfig, Config } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import type { Hex } from '../domain/address.ts'
import type { KeySource } from '../domain/ports/key-source.ts'
import type { Log } from '../domain/ports/log.ts'
import type { Loop } from '../domain/ports/loop.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import { ownAddresses, startFaults } from '../domain/start-faults.ts'
import type { MoneyChain } from '../transactions/money-chain.ts'
import { createSigner } from '../transactions/signer.ts'
import { tendLanes } from '../transactions/tend-lane.ts'
import { createIntake } from './intake.ts'
import { createLaneLoop } from './lanes.ts'
import { createRelay } from './relay.ts'
import { createWakeDue } from './wake-due.ts'

export type WorkerLoop = 'temporal' | 'intake' | 'relay' | 'lanes'

const needs = ['database', 'central', 'redis', 'rabbitmq', 'temporal', 'keeperKeys'] as const
/**
 * postgres.js waits for ever on a peer that has gone silent. A statement that takes longer than this breaks the pool's
 * connections, and what hung on them is tried again; every method under it is safe to repeat.
 */
const answerWithinMs = 15_000
const drainWithinMs = 90_000

type WorkerConfig = Config<(typeof needs)[number]>

/**
 * The worker process: Temporal worker, intake, relay and a lane loop per chain, or one kind of them. Resolves with the
 * exit code once SIGTERM or SIGINT has stopped it. Waits for what is down at the start. Throws ConfigError or StartRefused before anything is moved.
 */
export async function run(
  options: { readonly only?: WorkerLoop | undefined } = {},
): Promise<number> {
  const config = loadConfig({ need: [...needs] })
  const log = createLog({ level: config.logLevel }).child({ process: 'worker' })
  const metrics = createMetrics()
  const database = openDatabase(config.database.url.reveal(), {
    applicationName: 'coldsweep-worker',
  })
  // MONEY 1: a small pool of its own, so that a signature never queues behind reports.
  const signing = openDatabase(config.database.url.reveal(), {
    applicationName: 'coldsweep-signing',
    max: 4,
  })
  const central = openDatabase(config.central.url.reveal(), {
    applicationName: 'coldsweep-keys',
    max: 4,
  })
  const parts = await openParts(config, { database, signing, central, log, metrics })
  const loops = await chooseLoops(config, parts, options.only)
  const gate = createStartGate(() => startProblems(config, database), log)
  const health = await startHealthServer({
    process: 'worker',
    ...config.http,
    loops,
    metrics,
    // Not Redis: hints are kept there, and without them the worker asks for receipts.
    checks: { start: gate.trouble },
    log,
  })
  try {
    const stopping = stopSignal()
    const go = await gate.wait(stopping.signal)
    stopping.release()
    return go ? await runLoops(loops, log) : 0
  } finally {
    await health.close()
    parts.gasSignals.close()
    await Promise.allSettled([
      parts.temporal.close(),
      ...parts.buses.map((bus) => bus.close()),
      ...[database, signing, central].map((pool) => pool.close()),
    ])
  }
}

type Database = ReturnType<typeof openDatabase>
type Opened = {
  readonly database: Database
  readonly signing: Database
  readonly central: Database
  readonly log: Log
  readonly metrics: Metrics
}
type Parts = Awaited<ReturnType<typeof openParts>>

/** MONEY 18: what disagrees stops the process before it reads a message. */
async function startProblems(config: WorkerConfig, database: Database): Promise<readonly string[]> {
  const facts = await readStartFacts(database, config.chains)
  const addresses = ownAddresses(config.chains).map(({ address }) => address)
  const { hits } = await inspectCentral(config.central.url.reveal(), addresses)
  const codec = createTransactionCodec()
  const wrongKeys = config.chains.flatMap(({ id, gasKeeper }) => {
    const key = config.keeperKeys.get(id)?.reveal() as Hex | undefined
    if (key && codec.addressOfKey(key) === gasKeeper.address) return []
    return [`chain ${id}: the private key of GAS_KEEPER is not the key of ${gasKeeper.address}`]
  })
  return [...startFaults(config.chains, { ...facts, inUserwallet: hits }), ...wrongKeys]
}

async function openParts(config: WorkerConfig, opened: Opened) {
  const { database, log } = opened
  const temporal = connectTemporal(config.temporal)
  const gasSignals = createGasSignals({
    url: config.redis.url.reveal(),
    prefix: config.redis.prefix,
    ttlSeconds: config.timers.gasSignalTtlSeconds,
    log,
  })
  const lead = createLead(config.database.url.reveal(), 'lanes')
  const laneWatch = withDatabaseErrors(createLaneWatch(database.db, lead))
  const watch = { ...withDeadline(database, answerWithinMs, laneWatch), lead }
  const chains = new Map(
    config.chains.map((chain) => [chain.id, openChain(chain, config, opened.central)]),
  )
  const runs = createSweepRuns(
    temporal,
    new Map(config.chains.map((chain) => [chain.id, startFactsOf(chain, config.timers)])),
  )
  const buses: Bus[] = []
  return { ...opened, temporal, gasSignals, watch, chains, runs, buses }
}

/** One chain's node, signer and keys. Keys of user wallets are read one at a time, when they sign. */
function openChain(chain: ChainConfig, config: WorkerConfig, central: Database): MoneyChain {
  const nodes = createChainNodes({
    chainId: chain.id,
    urls: chain.rpcUrls.map((url) => url.reveal()),
  })
  const keeperKeys: KeySource = {
    candidates: async () => {
      const key = config.keeperKeys.get(chain.id)
      return key ? [key.reveal() as Hex] : []
    },
  }
  return {
    chain,
    state: createChainState(chain.id, nodes),
    broadcaster: createBroadcaster(nodes),
    signer: createSigner({
      chain,
      keeperKeys,
      walletKeys: withDatabaseErrors(createCentralKeys(central.sql)),
      codec: createTransactionCodec(),
    }),
  }
}

/** Which loops this process runs, in the order in which they appear in its log. */
async function chooseLoops(
  config: WorkerConfig,
  parts: Parts,
  only: WorkerLoop | undefined,
): Promise<Loop[]> {
  const makers: Record<WorkerLoop, () => Promise<Loop[]>> = {
    temporal: async () => [temporalLoop(config, parts)],
    lanes: async () => [...parts.chains.values()].map((chain) => laneLoop(parts, chain)),
    relay: async () => [
      createRelay({
        // A drain waits for the broker's confirms, which have deadlines of their own.
        outbox: withDeadline(parts.database, drainWithinMs, createOutbox(parts.database.db)),
        publisher: createBusPublisher(await openBus(config, parts, 'coldsweep relay')),
        log: parts.log.child({ loop: 'relay' }),
        metrics: parts.metrics,
      }),
    ],
    intake: async () => {
      const log = parts.log.child({ loop: 'intake' })
      const bus = await openBus(config, parts, 'coldsweep intake')
      return [
        createIntake({
          consumer: createBusConsumer({ bus, log }),
          deposits: withDeadline(
            parts.database,
            answerWithinMs,
            createDepositLookup(parts.database.db),
          ),
          runs: parts.runs,
          chains: config.chains,
          log,
          metrics: parts.metrics,
        }),
      ]
    },
  }
  const chosen = only ? [makers[only]] : Object.values(makers)
  return (await Promise.all(chosen.map((make) => make()))).flat()
}

async function openBus(config: WorkerConfig, { buses, log }: Parts, name: string): Promise<Bus> {
  const { url, prefix } = config.rabbitmq
  const bus = await connectBus({ url: url.reveal(), prefix, name, log })
  buses.push(bus)
  return bus
}

function temporalLoop(config: WorkerConfig, parts: Parts): Loop {
  const { database, log } = parts
  installRuntime(log.child({ loop: 'temporal' }))
  const activities = createActivities({
    chains: parts.chains,
    sweeps: withDatabaseErrors(createSweeps(database.db)),
    lanes: withDeadline(
      parts.signing,
      answerWithinMs,
      withDatabaseErrors(createLanes(parts.signing.db)),
    ),
    sends: parts.watch,
    gasSignals: parts.gasSignals,
    keeperBook: withDatabaseErrors(createKeeperBook(database.db)),
    adoptions: withDatabaseErrors(
      createAdoptions(database.db, new Map(config.chains.map((chain) => [chain.id, chain]))),
    ),
    runs: parts.runs,
    log,
    metrics: parts.metrics,
    limits: config.limits,
    leaseMs: config.timers.leaseSeconds * 1000,
    adoptAfterMs: config.timers.adoptAfterSeconds * 1000,
  })
  return createWorkerLoop({ ...config.temporal, activities, log })
}

function laneLoop(parts: Parts, chain: MoneyChain): Loop {
  const { id, name, gasKeeper } = chain.chain
  const log = parts.log.child({ loop: 'lanes', chain: name })
  const { watch, runs, metrics } = parts
  return createLaneLoop({
    chain: chain.chain,
    tend: () => tendLanes({ chain, watch, log, metrics }),
    wakeDue: createWakeDue({
      chain: { id, maxInFlight: gasKeeper.maxInFlight },
      watch,
      runs,
      clock: { now: () => new Date() },
      log,
    }),
    watch,
    log,
    metrics,
  })
}
