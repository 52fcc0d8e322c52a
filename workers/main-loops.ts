import { createActivities } from '../activities/index.ts'
import { createBusConsumer } from '../adapters/amqplib/bus-consumer.ts'
import { createBusPublisher } from '../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../adapters/amqplib/connect-bus.ts'
import { createBookStore } from '../adapters/drizzle/books/book-store.ts'
import { createRowFigures } from '../adapters/drizzle/books/row-figures.ts'
import { withDeadline } from '../adapters/drizzle/deadline.ts'
import { createDepositLookup } from '../adapters/drizzle/deposits/deposit-lookup.ts'
import { createRunlessDeposits } from '../adapters/drizzle/deposits/runless-deposits.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createKeeperStore } from '../adapters/drizzle/keeper/keeper-store.ts'
import { createOutbox } from '../adapters/drizzle/outbox/outbox.ts'
import { createDepositOrders } from '../adapters/drizzle/sweeps/deposit-orders.ts'
import { createSweepStore } from '../adapters/drizzle/sweeps/sweep-store.ts'
import { createWorkerLoop, installRuntime } from '../adapters/temporal/worker-loop.ts'
import type { Loop } from '../runtime/loop.ts'
import type { MoneyChain } from '../transactions/sign/money-chain.ts'
import { trackLanes } from '../transactions/track/track-lanes.ts'
import { createIntake } from './intake.ts'
import { createLaneLoop, createWakeDue } from './lanes.ts'
import { answerWithinMs, type Parts, type WorkerConfig, type WorkerLoop } from './main-parts.ts'
import { createRelay } from './relay.ts'
import { createRowWatch } from './watch-rows.ts'

const drainWithinMs = 90_000

/** The loops of this process, in start order. Without `only`, every loop runs. */
export async function chooseLoops(
  config: WorkerConfig,
  parts: Parts,
  only: WorkerLoop | undefined,
): Promise<Loop[]> {
  const makers: Record<WorkerLoop, () => Promise<Loop[]>> = {
    temporal: async () => [temporalLoop(config, parts), rowWatch(config, parts)],
    lanes: async () => [...parts.chains.values()].map((chain) => laneLoop(parts, chain)),
    relay: async () => [
      createRelay({
        // `drain` waits for the broker's confirms, which have their own deadlines.
        outbox: parts.wrap(
          'outbox',
          withDeadline(parts.database, drainWithinMs, createOutbox(parts.database.db)),
        ),
        publisher: parts.wrap(
          'publisher',
          createBusPublisher(await openBus(config, parts, 'coldsweep relay')),
        ),
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
    orders: withDatabaseErrors(createDepositOrders(database.db)),
    sweeps: parts.wrap('sweeps', withDatabaseErrors(createSweepStore(database.db))),
    lanes: parts.lanes,
    cursors: parts.cursors,
    gasSignals: parts.gasSignals,
    keeperBook: withDatabaseErrors(createKeeperStore(database.db)),
    adoptions: withDatabaseErrors(
      createRunlessDeposits(database.db, new Map(config.chains.map((chain) => [chain.id, chain]))),
    ),
    books: withDatabaseErrors(createBookStore(database.db)),
    histories: parts.histories,
    runs: parts.runs,
    log,
    metrics: parts.metrics,
    limits: config.limits,
    leaseMs: config.timers.leaseSeconds * 1000,
    adoptAfterMs: config.timers.adoptAfterSeconds * 1000,
  })
  return createWorkerLoop({ ...config.temporal, activities, log })
}

/**
 * Runs next to the activities and shares their pool: when the database goes silent, its deadline
 * breaks the activities' connections too.
 */
function rowWatch({ chains }: WorkerConfig, { database, metrics }: Parts): Loop {
  const figures = withDeadline(database, answerWithinMs, createRowFigures(database.db))
  return createRowWatch({ chains, figures, metrics })
}

function laneLoop(parts: Parts, chain: MoneyChain): Loop {
  const { id, name, gasKeeper } = chain.chain
  const log = parts.log.child({ loop: 'lanes', chain: name })
  const { cursors, lanes, runs, metrics } = parts
  return createLaneLoop({
    chain: chain.chain,
    track: () => trackLanes({ chain, cursors, lanes, log, metrics }),
    wakeDue: createWakeDue({
      chain: { id, maxInFlight: gasKeeper.maxInFlight },
      lanes,
      runs,
      clock: { now: () => new Date() },
      log,
    }),
    lanes,
    log,
    metrics,
  })
}
