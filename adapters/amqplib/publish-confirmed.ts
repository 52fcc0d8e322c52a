import type { ConfirmChannel, Options } from 'amqplib'
import { BusRefused, BusUnreachable } from '../../domain/errors.ts'
import type { Bus } from './connect-bus.ts'
import { translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'

export interface Outgoing {
  /** '' sends straight to the queue that `key` names. */
  readonly exchange: string
  readonly key: string
  readonly content: Buffer
  readonly properties: Options.Publish & { readonly messageId: string }
  /** Whether the message must reach a queue. An event may have no subscribers. */
  readonly mandatory: boolean
}

const returnsOf = new WeakMap<ConfirmChannel, Map<string, number>>()

/**
 * Publishes one message and waits for the broker's confirm.
 * @throws BusUnreachable when no confirm came in time or the channel closed (the message may have
 * arrived); BusRefused when no queue took it
 */
export function publishConfirmed(
  channel: ConfirmChannel,
  { exchange, key, content, properties, mandatory }: Outgoing,
  limitMs: number,
): Promise<void> {
  const returned = returnsOf.get(channel) ?? watchReturns(channel)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new BusUnreachable(`RabbitMQ did not confirm within ${limitMs} ms`))
    }, limitMs)
    const confirmed = (error: unknown) => {
      clearTimeout(timer)
      if (error) reject(translateBusError(error))
      else if (takeOne(returned, properties.messageId)) {
        reject(new BusRefused(`RabbitMQ has no queue ${key}: run "coldsweep migrate"`))
      } else resolve()
    }
    try {
      const options = { ...properties, persistent: true, mandatory }
      channel.publish(exchange, key, content, options, confirmed)
    } catch (error) {
      confirmed(error)
    }
  })
}

/**
 * Counts returned messages by message id. The broker returns an unroutable message just before it
 * confirms the message.
 */
function watchReturns(channel: ConfirmChannel): Map<string, number> {
  const returned = new Map<string, number>()
  returnsOf.set(channel, returned)
  channel.on('return', ({ properties }) => {
    const id = String(properties.messageId)
    returned.set(id, (returned.get(id) ?? 0) + 1)
  })
  return returned
}

function takeOne(returned: Map<string, number>, id: string): boolean {
  const count = returned.get(id) ?? 0
  if (count > 1) returned.set(id, count - 1)
  else returned.delete(id)
  return count > 0
}

/** Timeout of the broker's confirm. */
const limitMs = 10_000

/**
 * Returns a function that publishes on one channel, which is opened when first needed and reopened
 * after a loss. A failure closes the channel, because opening the next channel declares the queues
 * again. Messages in flight on the closed channel reject with `BusUnreachable`.
 */
export function confirmingSender(bus: Bus): (message: Outgoing) => Promise<void> {
  let current: Promise<ConfirmChannel> | undefined

  function forget(channel: Promise<ConfirmChannel>): void {
    if (current === channel) current = undefined
  }

  function open(): Promise<ConfirmChannel> {
    const opening = openChannel(bus)
    const lost = () => forget(opening)
    opening.then((channel) => channel.once('close', lost), lost)
    return opening
  }

  return async (message) => {
    bus.connection() // throws at once while the broker is away
    current ??= open()
    const opening = current
    const channel = await opening
    try {
      await publishConfirmed(channel, message, limitMs)
    } catch (error) {
      forget(opening)
      void closeChannel(channel)
      throw error
    }
  }
}
