import type { Bus } from '../adapters/amqplib/connect-bus.ts'
import type { CentralDatabase } from '../adapters/central/central-database.ts'
import { createCentralKeys } from '../adapters/central/key-source.ts'
import { createTransferGasStore } from '../adapters/drizzle/chains/transfer-gas-store.ts'
import { createCursorReader } from '../adapters/drizzle/cursor.ts'
import type { openDatabase } from '../adapters/drizzle/database.ts'
import { withDeadline } from '../adapters/drizzle/deadline.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createLaneStore } from '../adapters/drizzle/lanes/lane-store.ts'
import { createLead } from '../adapters/drizzle/leadership.ts'
import { createGasSignals } from '../adapters/ioredis/gas-signals.ts'
import { connectTemporal } from '../adapters/temporal/connect-temporal.ts'
import { createSweepRuns } from '../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../adapters/temporal/sweep-start.ts'
import { type MoneyNodes, openMoneyNodes } from '../adapters/viem/quorum/open-money-nodes.ts'
import { createTransactionCodec } from '../adapters/viem/transaction-codec.ts'
import type { ChainConfig, Config } from '../config/schema/config.ts'
import type { Hex } from '../domain/address.ts'
import { recordedTransferGas } from '../domain/chains/nodes/transfer-gas-limit.ts'
import type { KeySource } from '../domain/lanes/signing.ts'
import type { Log, Metrics } from '../domain/process.ts'
import type { MoneyChain } from '../transactions/sign/money-chain.ts'
import { createSigner } from '../transactions/sign/signer.ts'

/** A kind of loop of the worker process. */
export type WorkerLoop = 'temporal' | 'intake' | 'relay' | 'lanes'

/** The parts of the config that the worker needs. */
export const needs = ['database', 'central', 'redis', 'rabbitmq', 'temporal', 'keeperKeys'] as const
export type WorkerConfig = Config<(typeof needs)[number]>

/**
 * Deadline of one statement. postgres.js waits forever for a silent peer, so a slower statement
 * breaks the pool's connections and its callers retry. Every method under this deadline is safe to
 * repeat.
 */
export const answerWithinMs = 15_000

/**
 * Wraps a part by name: tests inject crashes and node failures. Production returns each part
 * unchanged.
 */
export type Wrap = <T extends object>(name: PartName, part: T) => T
export type PartName =
  | 'sweeps'
  | 'lanes'
  | 'cursors'
  | 'gasSignals'
  | 'runs'
  | 'outbox'
  | 'publisher'
  | 'broadcaster'
  | 'state'

type Database = ReturnType<typeof openDatabase>
interface Opened {
  readonly database: Database
  readonly signing: Database
  readonly central: Readonly<Record<'usual' | 'any', CentralDatabase>>
  readonly log: Log
  readonly metrics: Metrics
  readonly wrap: Wrap
}
export type Parts = Awaited<ReturnType<typeof openParts>>

/** Opens the parts that the loops of the worker process share. */
export async function openParts(config: WorkerConfig, opened: Opened) {
  const { database, log, wrap } = opened
  const temporal = connectTemporal(config.temporal)
  const signals = createGasSignals({
    url: config.redis.url.reveal(),
    prefix: config.redis.prefix,
    ttlSeconds: config.timers.gasSignalTtlSeconds,
    log,
  })
  const gasSignals = wrap('gasSignals', signals)
  const lanes = wrap(
    'lanes',
    createLaneStore({
      signing: opened.signing,
      tracking: database,
      lead: createLead(config.database.url.reveal(), 'lanes'),
      answerWithinMs,
    }),
  )
  const cursors = wrap(
    'cursors',
    withDeadline(database, answerWithinMs, withDatabaseErrors(createCursorReader(database.db))),
  )
  const nodes = new Map(
    config.chains.map((chain) => [chain.id, openNodes(chain, log, opened.metrics)]),
  )
  const chains = new Map(
    config.chains.map((chain) => [chain.id, openChain(chain, nodes, config, opened)]),
  )
  const histories = new Map([...nodes].map(([chainId, { history }]) => [chainId, history]))
  const facts = new Map(
    config.chains.map((chain) => [chain.id, startFactsOf(chain, config.timers)]),
  )
  const runs = wrap('runs', createSweepRuns(temporal, facts))
  const buses: Bus[] = []
  return { ...opened, temporal, gasSignals, lanes, cursors, chains, histories, runs, buses }
}

/**
 * Opens one chain's nodes and signer. The signer reads a user wallet's key only when the wallet
 * signs.
 */
function openChain(
  chain: ChainConfig,
  nodes: ReadonlyMap<number, MoneyNodes>,
  config: WorkerConfig,
  { central, database, log, metrics, wrap }: Opened,
): MoneyChain {
  const { state, broadcaster } = nodes.get(chain.id) ?? openNodes(chain, log, metrics)
  const keeperKeys: KeySource = {
    candidates: async () => {
      const key = config.keeperKeys.get(chain.id)
      return key ? [key.reveal() as Hex] : []
    },
  }
  const retiredKeys: KeySource = {
    candidates: async () =>
      (config.retiredKeeperKeys?.get(chain.id) ?? []).map((key) => key.reveal() as Hex),
  }
  const transferGas = withDeadline(
    database,
    answerWithinMs,
    withDatabaseErrors(createTransferGasStore(database.db)),
  )
  return {
    chain,
    state: wrap('state', state),
    broadcaster: wrap('broadcaster', broadcaster),
    transferGas,
    endpointCount: chain.rpcUrls.length,
    signer: createSigner({
      chain,
      keeperKeys,
      retiredKeys,
      walletKeys: withDatabaseErrors(createCentralKeys(central)),
      codec: createTransactionCodec(),
      transferGas: () => recordedTransferGas({ chain, state, transferGas }),
    }),
  }
}

/**
 * Opens a chain's endpoints from coldsweep.yaml. Each endpoint has one vote in the quorum (MONEY
 * 20).
 */
export function openNodes(chain: ChainConfig, log: Log, metrics: Metrics): MoneyNodes {
  return openMoneyNodes({
    chain,
    urls: chain.rpcUrls.map((url) => url.reveal()),
    quorum: chain.rpcQuorum,
    log: log.child({ chain: chain.name }),
    metrics,
  })
}
