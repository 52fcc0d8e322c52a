import { type Channel, connect } from 'amqplib'
import { eventsExchange, failuresQueue, workQueues } from '../../domain/outbox/event.ts'
import { translateBusError } from './errors.ts'

/**
 * A message that was returned this often without an answer goes to Processing_Failures. Every
 * failed try returns the message once. The limit is high enough for an outage of hours, in which
 * the intake makes few tries, and it stops a message that kills every process that takes it.
 */
const workDeliveryLimit = 1_000

/**
 * Browsing Processing_Failures returns its messages, and each return counts. RabbitMQ 4 drops a
 * message at 20 returns by default; its -1 for "no limit" makes RabbitMQ 3.10 drop at the first
 * return [M]. This number means no limit on both versions.
 */
const failuresDeliveryLimit = 2_147_483_647

/**
 * Declares the queues and the exchange. Idempotent. A queue or exchange with other properties is
 * refused (`BusRefused`), which closes the channel. Dead-lettering is at-least-once: if the broker
 * dies in between, the message is in both queues.
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
        // Required by at-least-once. Without a length limit it never rejects a message.
        'x-overflow': 'reject-publish',
      },
    })
  }
  await channel.assertExchange(prefix + eventsExchange, 'topic', { durable: true })
}

/**
 * `coldsweep migrate`: declares everything on its own connection.
 * @throws BusUnreachable, BusRefused
 */
export async function declareTopology(url: string, prefix: string): Promise<void> {
  try {
    const connection = await connect(url, { timeout: 5_000 })
    connection.on('error', () => {})
    try {
      const channel = await connection.createChannel()
      // A refusal also rejects the call; without a listener the event would end the process.
      channel.on('error', () => {})
      await assertTopology(channel, prefix)
    } finally {
      await connection.close().catch(() => {})
    }
  } catch (error) {
    throw translateBusError(error)
  }
}
