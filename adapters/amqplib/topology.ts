import { type Channel, connect } from 'amqplib'
import { eventsExchange, failuresQueue, workQueues } from '../../domain/outbox/event.ts'
import { translateBusError } from './errors.ts'

/**
 * Number of returns after which the broker moves a message to Processing_Failures. Every failed try
 * returns the message once. An outage of hours stays below the limit, because the intake makes few
 * tries. The limit stops a message that kills every process that handles it.
 */
const workDeliveryLimit = 1_000

/**
 * Browsing Processing_Failures returns its messages, and each return counts. By default, RabbitMQ 4
 * drops a message at 20 returns. RabbitMQ 4 accepts -1 for "no limit", but RabbitMQ 3.10 with -1
 * drops a message at the first return (measured). This number means no limit on both versions.
 */
const failuresDeliveryLimit = 2_147_483_647

/**
 * Declares the queues and the exchange. Idempotent. If a queue or exchange exists with other
 * properties, the broker refuses the declaration (`BusRefused`) and closes the channel.
 * Dead-lettering is at-least-once: if the broker dies while it moves a message, the message is in
 * both queues.
 */
export async function assertTopology(channel: Channel, prefix: string): Promise<void> {
  const failures = prefix + failuresQueue
  await channel.assertQueue(failures, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': failuresDeliveryLimit },
  })
  for (const queue of Object.values(workQueues)) {
    await channel.assertQueue(prefix + queue, {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-delivery-limit': workDeliveryLimit,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': failures,
        'x-dead-letter-strategy': 'at-least-once',
        // At-least-once requires this overflow mode. The mode rejects messages only above a length
        // limit, and the queue has none.
        'x-overflow': 'reject-publish',
      },
    })
  }
  await channel.assertExchange(prefix + eventsExchange, 'topic', { durable: true })
}

/**
 * Declares all queues and the exchange on a separate connection, for `coldsweep migrate`.
 * @throws BusUnreachable, BusRefused
 */
export async function declareTopology(url: string, prefix: string): Promise<void> {
  try {
    const connection = await connect(url, { timeout: 5_000 })
    connection.on('error', () => {})
    try {
      const channel = await connection.createChannel()
      // A refusal rejects the call and emits `error`. Without a listener, `error` would end the
      // process.
      channel.on('error', () => {})
      await assertTopology(channel, prefix)
    } finally {
      await connection.close().catch(() => {})
    }
  } catch (error) {
    throw translateBusError(error)
  }
}
