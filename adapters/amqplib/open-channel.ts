import type { ConfirmChannel } from 'amqplib'
import { withTimeout } from '../../runtime/timeout.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'
import { assertTopology } from './topology.ts'

/**
 * Timeout of one request. A quorum queue that has lost its replicas never answers, although the
 * broker itself is healthy.
 */
const limitMs = 10_000

/**
 * Opens a confirm channel and declares the queues and the exchange on it, so that a queue deleted
 * by hand exists again after the next channel is opened.
 * @throws BusUnreachable, BusRefused
 */
export async function openChannel(bus: Bus): Promise<ConfirmChannel> {
  const connection = bus.connection()
  let channel: ConfirmChannel | undefined
  try {
    channel = await beforeDeadline(connection.createConfirmChannel(), limitMs, 'open a channel')
    // A refusal rejects its call and emits `error`. Without a listener, `error` would end the
    // process.
    channel.on('error', () => {})
    await beforeDeadline(assertTopology(channel, bus.prefix), limitMs, 'declare its queues')
    return channel
  } catch (error) {
    if (channel) void closeChannel(channel)
    throw translateBusError(error)
  }
}

/** Closes the channel in any state; unacked messages return to their queue. */
export async function closeChannel(channel: ConfirmChannel): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    const done = () => resolve()
    // A lost connection never answers `close()`, but emits the event.
    channel.once('close', done)
    channel.close().then(done, done)
  })
  await withTimeout(closed, 2_000, () => undefined)
}
