import { Connection } from '@temporalio/client'
import { connect } from 'amqplib'
import { Redis } from 'ioredis'
import type { Stack } from '../../services/stack-of-services.ts'
import type { ProductEnvironment } from './product-environment.ts'

const LIMIT_MS = 5_000

/**
 * Removes everything that the demo created on shared services. Private services, which this run
 * started, need no clean-up: they end with all their data. Returns one line for each service that
 * could not be cleaned up.
 */
export async function cleanUpShared(
  stack: Pick<Stack, 'services'>,
  env: ProductEnvironment,
  dropDatabases: () => Promise<void>,
): Promise<string[]> {
  const removals = {
    postgres: dropDatabases,
    redis: () => deleteKeys(env),
    rabbitmq: () => deleteQueues(env),
    temporal: () => deleteNamespace(env),
  }
  const shared = stack.services.filter(({ isPrivate }) => !isPrivate)
  const outcomes = await Promise.allSettled(shared.map(({ name }) => removals[name]()))
  return outcomes.flatMap((outcome, index) =>
    outcome.status === 'fulfilled'
      ? []
      : [`could not clean up ${shared[index]?.title}: ${(outcome.reason as Error).message}`],
  )
}

async function deleteKeys({ REDIS_URL, REDIS_PREFIX }: ProductEnvironment): Promise<void> {
  const client = new Redis(REDIS_URL, { connectTimeout: LIMIT_MS, maxRetriesPerRequest: 1 })
  client.on('error', () => {})
  try {
    for await (const keys of client.scanStream({ match: `${REDIS_PREFIX}*` }))
      if (keys.length > 0) await client.del(...(keys as string[]))
  } finally {
    client.disconnect()
  }
}

async function deleteQueues({ RABBITMQ_URL, RABBITMQ_PREFIX }: ProductEnvironment): Promise<void> {
  const connection = await connect(RABBITMQ_URL, { timeout: LIMIT_MS })
  connection.on('error', () => {})
  try {
    const channel = await connection.createChannel()
    for (const queue of ['Regular_Transactions', 'Gas_Collection', 'Processing_Failures'])
      await channel.deleteQueue(RABBITMQ_PREFIX + queue)
    await channel.deleteExchange(`${RABBITMQ_PREFIX}coldsweep.events`)
  } finally {
    await connection.close()
  }
}

async function deleteNamespace(env: ProductEnvironment): Promise<void> {
  const connection = await Connection.connect({
    address: env.TEMPORAL_ADDRESS,
    connectTimeout: LIMIT_MS,
  })
  try {
    await connection.withDeadline(Date.now() + LIMIT_MS, () =>
      connection.operatorService.deleteNamespace({ namespace: env.TEMPORAL_NAMESPACE }),
    )
  } finally {
    await connection.close()
  }
}
