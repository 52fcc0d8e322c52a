import { connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { createFailedMessages } from '../../adapters/amqplib/failures.ts'
import { inspectWorkQueues } from '../../adapters/amqplib/inspect-queues.ts'
import { createOutbox } from '../../adapters/drizzle/outbox/outbox.ts'
import { createLog } from '../../adapters/pino/create-log.ts'
import { createSweepWorkers } from '../../adapters/temporal/sweep-workers.ts'
import { parseEnvironment } from '../../config/env/env.ts'
import type { Environment } from '../../config/env/secret-file.ts'
import type { Needs } from '../../config/schema/config.ts'
import { withoutSecrets } from '../../domain/errors.ts'
import type { QueuedDepositFacts, QueuedFacts } from '../../operations/views/why-queued.ts'
import { withTimeout } from '../../runtime/timeout.ts'
import { withDatabase } from './with-database.ts'
import { withTemporal } from './with-temporal.ts'

const answerWithinMs = 3_000

/**
 * Asks the services why deposits stay `waiting(queued)`. A service that is down, slow or not in the
 * environment leaves its fact unknown, so that a view never fails for it.
 */
export async function askQueued(
  env: Environment,
  database: Needs['database'],
): Promise<QueuedFacts> {
  const { rabbitmq, temporal } = servicesOf(env)
  const [workers, outboxSeconds, queues] = await Promise.all([
    temporal && known(withTemporal(temporal, (it) => createSweepWorkers(it).polling())),
    known(withDatabase(database, (db) => createOutbox(db).lagSeconds('work'))),
    rabbitmq && known(withBus(rabbitmq, (bus) => inspectWorkQueues(bus, answerWithinMs))),
  ])
  return { workers: workers?.length, outboxSeconds, queues }
}

/** Also looks for the deposit's message in Processing_Failures. */
export async function askQueuedDeposit(
  env: Environment,
  database: Needs['database'],
  depositId: string,
): Promise<QueuedDepositFacts> {
  const { rabbitmq } = servicesOf(env)
  const [facts, failed] = await Promise.all([
    askQueued(env, database),
    rabbitmq && known(withBus(rabbitmq, (bus) => createFailedMessages(bus).list(1_000))),
  ])
  const own = failed?.find(({ body }) => body.includes(`"${depositId}"`))
  const failure = own && { id: own.id, reason: withoutSecrets(own.reason) }
  return { ...facts, failure }
}

function servicesOf(env: Environment) {
  return parseEnvironment(env, ['rabbitmq', 'temporal']).needs
}

async function withBus<T>(
  { url, prefix }: Needs['rabbitmq'],
  work: (bus: Awaited<ReturnType<typeof connectBus>>) => Promise<T>,
): Promise<T> {
  const log = createLog({ level: 'silent' })
  const bus = await connectBus({ url: url.reveal(), prefix, name: 'coldsweep views', log })
  try {
    return await work(bus)
  } finally {
    await bus.close()
  }
}

async function known<T>(asked: Promise<T>): Promise<T | undefined> {
  const answer = asked.catch(() => undefined)
  return await withTimeout(answer, answerWithinMs, () => undefined)
}
