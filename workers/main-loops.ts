import { createActivities } from '../activities/index.ts'
import { createBusConsumer } from '../adapters/amqplib/bus-consumer.ts'
import { createBusPublisher } from '../adapters/amqplib/bus-publisher.ts'
import { type Bus, connectBus } from '../adapters/amqplib/connect-bus.ts'
import { countFailures } from '../adapters/amqplib/count-failures.ts'
import { createBookStore } from '../adapters/drizzle/books/book-store.ts'
import { createRowFigures } from '../adapters/drizzle/books/row-figures.ts'
import { withDeadline } from '../adapters/drizzle/deadline.ts'
import { createDepositsWithoutRun } from '../adapters/drizzle/deposits/deposits-without-run.ts'
import { createDepositLookup } from '../adapters/drizzle/deposits/rows.ts'
import { createSmallDeposits } from '../adapters/drizzle/dust/small-deposits.ts'
import { withDatabaseErrors } from '../adapters/drizzle/errors.ts'
import { createKeeperFigures } from '../adapters/drizzle/keeper/keeper-figures.ts'
import { createKeeperStore } from '../adapters/drizzle/keeper/keeper-store.ts'
import { createDrainStore } from '../adapters/drizzle/lanes/drain-rows.ts'
import { verifyAudit } from '../adapters/drizzle/operators/audit.ts'
import { createOutbox } from '../adapters/drizzle/outbox/outbox.ts'
import { createDepositOrders } from '../adapters/drizzle/sweeps/deposit-orders.ts'
import { createSweepStore } from '../adapters/drizzle/sweeps/sweep-store.ts'
import { createActivitySlots } from '../adapters/temporal/activity-slots.ts'
import { createSweepWorkers } from '../adapters/temporal/sweep-workers.ts'
import { createWorkerLoop, installRuntime } from '../adapters/temporal/worker-loop.ts'
import type { AuditTrail } from '../domain/operators/audit-chain.ts'
import type { Log } from '../domain/process.ts'
import type { Loop } from '../runtime/loop.ts'
import type { MoneyChain } from '../transactions/sign/money-chain.ts'
import { drainKeepers } from '../transactions/track/drain-keepers.ts'
import { trackLanes } from '../transactions/track/track-lanes.ts'
import { createIntake } from './intake.ts'
import { createLaneLoop, createWakeDue } from './lanes.ts'
import { answerWithinMs, type Parts, type WorkerConfig, type WorkerLoop } from './main-parts.ts'
import { createRelay } from './relay.ts'
import { createSettleSmall } from './settle-small.ts'
import { createAuditWatch } from './watch-audit.ts'
import { createFailureWatch } from './watch-failures.ts'
import { createRowWatch } from './watch-rows.ts'

const drainWithinMs = 90_000

/**
 * Creates the loops of the worker process, in start order: the loops of the kind `only`, or all
 * loops.
 */
export async function chooseLoops(
  config: WorkerConfig,
  parts: Parts,
  only: WorkerLoop | undefined,
): Promise<Loop[]> {
  const makers: Record<WorkerLoop, () => Promise<Loop[]>> = {
    temporal: async () => [temporalLoop(config, parts), rowWatch(config, parts), auditWatch(parts)],
    lanes: async () => [...parts.chains.values()].map((chain) => laneLoop(parts, chain)),
    relay: async () => {
      const bus = await openBus(config, parts, 'coldsweep relay')
      const log = parts.log.child({ loop: 'relay' })
      return [
        createRelay({
          // `drain` waits for the broker's confirms, which have their own deadlines.
          outbox: parts.wrap(
            'outbox',
            withDeadline(parts.database, drainWithinMs, createOutbox(parts.database.db)),
          ),
          publisher: parts.wrap('publisher', createBusPublisher(bus)),
          log,
          metrics: parts.metrics,
        }),
        createFailureWatch({ count: () => countFailures(bus), log, metrics: parts.metrics }),
      ]
    },
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
          settle: settleOf(parts, log),
          log,
          metrics: parts.metrics,
        }),
      ]
    },
  }
  const chosen = only ? [makers[only]] : Object.values(makers)
  return (await Promise.all(chosen.map((make) => make()))).flat()
}

function settleOf({ chains, database }: Parts, log: Log) {
  const small = withDeadline(database, answerWithinMs, createSmallDeposits(database.db))
  return createSettleSmall({ chains, small, clock: { now: () => new Date() }, log })
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
  const slots = createActivitySlots()
  const activities = createActivities({
    rest: slots.rest,
    chains: parts.chains,
    orders: withDatabaseErrors(createDepositOrders(database.db)),
    sweeps: parts.wrap('sweeps', withDatabaseErrors(createSweepStore(database.db))),
    lanes: parts.lanes,
    cursors: parts.cursors,
    gasSignals: parts.gasSignals,
    keeperBook: withDatabaseErrors(createKeeperStore(database.db)),
    adoptions: withDatabaseErrors(
      createDepositsWithoutRun(
        database.db,
        new Map(config.chains.map((chain) => [chain.id, chain])),
      ),
    ),
    settle: settleOf(parts, log),
    books: withDatabaseErrors(createBookStore(database.db)),
    histories: parts.histories,
    runs: parts.runs,
    log,
    metrics: parts.metrics,
    limits: config.limits,
    leaseMs: config.timers.leaseSeconds * 1000,
    adoptAfterMs: config.timers.adoptAfterSeconds * 1000,
  })
  return createWorkerLoop({
    ...config.temporal,
    activities,
    slots,
    log,
    workers: createSweepWorkers(parts.temporal),
  })
}

/**
 * Creates the loop that reads gauges from rows. It shares the database pool of the activities: when
 * the database goes silent, the loop's deadline breaks the activities' connections too.
 */
function rowWatch({ chains, timers }: WorkerConfig, { database, metrics }: Parts): Loop {
  const figures = withDeadline(database, answerWithinMs, createRowFigures(database.db))
  const keepers = withDeadline(database, answerWithinMs, createKeeperFigures(database.db))
  const { reconcileSeconds } = timers
  return createRowWatch({ chains, reconcileSeconds, figures, keepers, metrics })
}

function auditWatch({ database, log, metrics }: Parts): Loop {
  const trail = withDatabaseErrors<AuditTrail>({
    verify: (noted) => verifyAudit(database.db, noted),
  })
  return createAuditWatch({ trail, log: log.child({ loop: 'audit' }), metrics })
}

function laneLoop(parts: Parts, chain: MoneyChain): Loop {
  const { id, name, gasKeeper } = chain.chain
  const log = parts.log.child({ loop: 'lanes', chain: name })
  const { cursors, lanes, runs, metrics } = parts
  const drains = withDeadline(
    parts.database,
    answerWithinMs,
    withDatabaseErrors(createDrainStore(parts.database.db)),
  )
  return createLaneLoop({
    chain: chain.chain,
    track: async () => {
      // A drain that cannot be signed must not stop the tracking of signed transactions.
      const drained = await Promise.allSettled([
        drainKeepers({ chain, cursors, lanes, drains, log }),
      ])
      await trackLanes({ chain, cursors, lanes, log, metrics })
      for (const one of drained) if (one.status === 'rejected') throw one.reason
    },
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
