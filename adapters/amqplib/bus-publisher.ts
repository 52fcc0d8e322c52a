import { BadInput } from '../../domain/money-errors.ts'
import type { BusPublisher } from '../../domain/outbox/bus.ts'
import {
  type EventBody,
  eventsExchange,
  failuresQueue,
  workQueues,
} from '../../domain/outbox/event.ts'
import type { Bus } from './connect-bus.ts'
import { parseEventBody } from './event-body.ts'
import { failureProperties } from './failure-headers.ts'
import { confirmingSender } from './publish-confirmed.ts'
import { parseWorkMessage } from './work-message.ts'

const queues: readonly string[] = Object.values(workQueues)
const json = { contentType: 'application/json' }

/**
 * Creates the publisher of work messages, events and failed messages. Work and events use separate
 * channels, so an error of the events' exchange never rejects work. A message has the same id each
 * time it is published, so that consumers can detect a repeat.
 */
export function createBusPublisher(bus: Bus): BusPublisher {
  const sendWork = confirmingSender(bus)
  const sendEvent = confirmingSender(bus)
  return {
    async publishWork(queue, body) {
      if (!queues.includes(queue)) {
        throw new BadInput(`${queue} is not a work queue; work queues: ${queues.join(', ')}`)
      }
      const message = parseWorkMessage(body)
      await sendWork({
        exchange: '',
        key: bus.prefix + queue,
        content: Buffer.from(JSON.stringify(message)),
        properties: { ...json, messageId: message.depositId },
        mandatory: true,
      })
    },
    async publishEvent(body) {
      const event = parseEventBody(body)
      await sendEvent({
        exchange: bus.prefix + eventsExchange,
        key: event.type,
        content: Buffer.from(JSON.stringify(event)),
        properties: {
          ...json,
          type: event.type,
          messageId: idOf(event),
        },
        mandatory: false,
      })
    },
    async publishFailure({ source, reason, body }) {
      await sendWork({
        exchange: '',
        key: bus.prefix + failuresQueue,
        content: Buffer.from(JSON.stringify(body)),
        properties: failureProperties({ source, reason }, undefined),
        mandatory: true,
      })
    },
  }
}

/**
 * Returns the message id of an event. For some types the id has a hash or wallet too, which
 * distinguishes events of the same block, and events of a height that is reported again after a
 * reorg.
 */
function idOf({ type, depositId, chainId, seq, data }: EventBody): string {
  const id = `${type}:${depositId ?? chainId}:${seq}`
  if (type === 'wallet.unexplained') return `${id}:${data['wallet']}`
  const hashed = type === 'chain.block' || type === 'transaction.foreign'
  return hashed ? `${id}:${data['hash']}` : id
}
