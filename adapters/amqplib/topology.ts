import { type Channel, connect } from 'amqplib'
import { eventsExchange, failuresQueue, workQueues } from '../../domain/outbox/event.ts'
import { translateBusError } from './errors.ts'

/**
 * A message that came back this often without an answer goes to Processing_Failures: high enough
 * for hours of an outage (the intake pauses, each try is one return), and an end for one that kills
 * every process that takes it.
 */
const workDeliveryLimit = 1_000

/**
 * Looking at Processing_Failures returns its messages, and each return counts. RabbitMQ 4 drops a
 * message at 20 unless told otherwise; its -1 for "no limit" makes RabbitMQ 3.10 drop at the first
 * return [M]. This number is no limit on both.
 */
const failuresDeliveryLimit = 2_147_483_647

/**
 * Declares the queues and the exchange. Repeating changes nothing; one that exists with other
 * properties is refused (`BusRefused`), and closes the channel. Dead-lettering is at-least-once: a
 * broker that dies in between has it in both queues.
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
        // At-least-once asks for it; without a length limit nothing is ever rejected.
        'x-overflow': 'reject-publish',
      },
    })
  }
  await channel.assertExchange(prefix + eventsExchange, 'topic', { durable: true })
}

/**
 * `coldsweep migrate`: all of it on a connection of its own. Throws `BusUnreachable` or
 * `BusRefused`.
 */
export async function declareTopology(url: string, prefix: string): Promise<void> {
  try {
    const connection = await connect(url, { timeout: 5_000 })
    connection.on('error', () => {})
    try {
      const channel = await connection.createChannel()
      // A refusal rejects the call too; unheard, the event would end the process.
      channel.on('error', () => {})
      await assertTopology(channel, prefix)
    } finally {
      await connection.close().catch(() => {})
    }
  } catch (error) {
    throw translateBusError(error)
  }
}
