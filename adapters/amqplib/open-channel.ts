import type { ConfirmChannel } from 'amqplib'
import { withTimeout } from '../../runtime/timeout.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'
import { assertTopology } from './topology.ts'

/** A queue whose log is not to be had answers nothing, while the broker itself is well. */
const limitMs = 10_000

/**
 * A channel with confirms on which queues and exchange have just been declared, so that a queue
 * deleted by hand is there again after the next one is opened. Throws `BusUnreachable` or
 * `BusRefused`.
 */
export async function openChannel(bus: Bus): Promise<ConfirmChannel> {
  const connection = bus.connection()
  let channel: ConfirmChannel | undefined
  try {
    channel = await beforeDeadline(connection.createConfirmChannel(), limitMs, 'open a channel')
    // Refusals reject the call that earned them; unheard, the event would end the process.
    channel.on('error', () => {})
    await beforeDeadline(assertTopology(channel, bus.prefix), limitMs, 'declare its queues')
    return channel
  } catch (error) {
    if (channel) void closeChannel(channel)
    throw translateBusError(error)
  }
}

/** Closes it whatever state it is in; what it held unacked returns to its queue. */
export async function closeChannel(channel: ConfirmChannel): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    const done = () => resolve()
    // A lost connection never answers `close()`, but emits the event.
    channel.once('close', done)
    channel.close().then(done, done)
  })
  await withTimeout(closed, 2_000, () => undefined)
}
