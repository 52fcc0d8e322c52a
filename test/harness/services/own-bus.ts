import { randomBytes } from 'node:crypto'
import { type Channel, connect, type GetMessage } from 'amqplib'
import { eventsExchange, failuresQueue, workQueues } from '../../../domain/outbox/event.ts'

/**
 * A new prefix for queues and the exchange, by default on the broker of TEST_RABBITMQ_URL.
 */
export interface OwnBus {
  readonly url: string
  readonly prefix: string
  /** A plain channel, to inspect the broker. */
  readonly channel: Channel
  /** Takes and acknowledges the next message of a queue; undefined if the queue is empty. */
  take(queue: string): Promise<GetMessage | undefined>
  /** Number of ready messages in a queue. */
  count(queue: string): Promise<number>
  drop(): Promise<void>
}

export async function ownBus(url = process.env['TEST_RABBITMQ_URL']): Promise<OwnBus> {
  if (!url)
    throw new Error('TEST_RABBITMQ_URL is not set: run `npm test`, or see devstack/stack.ts')
  const prefix = `test-${randomBytes(5).toString('hex')}:`
  const connection = await connect(url)
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  return {
    url,
    prefix,
    channel,
    async take(queue) {
      const message = await channel.get(prefix + queue)
      if (message) channel.ack(message)
      return message || undefined
    },
    count: async (queue) => (await channel.checkQueue(prefix + queue)).messageCount,
    async drop() {
      await dropAll(channel, prefix)
      await connection.close()
    },
  }
}

/** Deletes the queues and exchange that `coldsweep migrate` declared under a prefix. */
export async function dropTopology(url: string, prefix: string): Promise<void> {
  const connection = await connect(url)
  connection.on('error', () => {})
  await dropAll(await connection.createChannel(), prefix)
  await connection.close()
}

async function dropAll(channel: Channel, prefix: string): Promise<void> {
  for (const queue of [...Object.values(workQueues), failuresQueue]) {
    await channel.deleteQueue(prefix + queue)
  }
  await channel.deleteExchange(prefix + eventsExchange)
}
