import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'

const limitMs = 10_000

/** A channel that consumes one queue, from its opening to its end. */
export interface ConsumingSession {
  /**
   * Stops consuming, waits for handlers (5 s at most), and closes the channel. Unacked messages
   * then return to the queue.
   */
  end(): Promise<void>
}

export interface SessionOptions {
  readonly bus: Bus
  readonly queue: string
  readonly prefetch: number
  /** Must not throw. */
  readonly handle: (channel: ConfirmChannel, message: ConsumeMessage) => Promise<void>
  /**
   * Called when the connection was lost, the queue was deleted, or the channel closed. Never called
   * before the session has started, or after `end`.
   */
  readonly lost: () => void
  readonly idleMs: number
  /** Called when no message arrived for `idleMs` and no handler is running. */
  readonly idle: () => void
}

/**
 * Starts to consume a queue on a new channel.
 * @throws BusUnreachable, BusRefused
 */
export async function startConsuming(options: SessionOptions): Promise<ConsumingSession> {
  const channel = await openChannel(options.bus)
  const underWay = new Set<Promise<void>>()
  let begun = false
  let ending = false
  channel.once('close', () => {
    if (begun && !ending) options.lost()
  })
  const idle = setInterval(() => {
    if (begun && !ending && underWay.size === 0) options.idle()
  }, options.idleMs)
  channel.once('close', () => clearInterval(idle))
  const take = (message: ConsumeMessage | null) => {
    idle.refresh()
    if (ending) return // closing the channel returns the message
    if (message === null) return void closeChannel(channel)
    const handled = options.handle(channel, message).finally(() => underWay.delete(handled))
    underWay.add(handled)
  }
  try {
    await beforeDeadline(channel.prefetch(options.prefetch), limitMs, 'set the prefetch')
    const consuming = channel.consume(options.bus.prefix + options.queue, take)
    const { consumerTag } = await beforeDeadline(consuming, limitMs, 'begin to deliver')
    begun = true
    return {
      async end() {
        ending = true
        const cancelled = channel.cancel(consumerTag)
        await beforeDeadline(cancelled, 2_000, 'end the delivery').catch(() => {})
        await beforeDeadline(Promise.all(underWay), 5_000, 'get the answers').catch(() => {})
        await closeChannel(channel)
      },
    }
  } catch (error) {
    ending = true
    await closeChannel(channel)
    throw translateBusError(error)
  }
}
