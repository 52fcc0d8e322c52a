import type { ConfirmChannel, Options } from 'amqplib'
import { BusRefused, BusUnreachable } from '../../domain/errors.ts'
import { translateBusError } from './errors.ts'

export interface Outgoing {
  /** '' sends straight to the queue that `key` names. */
  readonly exchange: string
  readonly key: string
  readonly content: Buffer
  readonly properties: Options.Publish & { readonly messageId: string }
  /** Must reach a queue; an event that nobody asked for need not. */
  readonly mandatory: boolean
}

const returnsOf = new WeakMap<ConfirmChannel, Map<string, number>>()

/**
 * Publishes one message and waits for the broker's confirm. Throws `BusUnreachable` when none came
 * in time or the channel went (it may have arrived), `BusRefused` when no queue took it.
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
 * The broker returns what it can't route just before it confirms it; the message's id says which
 * one it was.
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
