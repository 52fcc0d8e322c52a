import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import { BusRefused } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import type { Verdict } from '../../domain/outbox/bus.ts'
import { failuresQueue, type WorkMessage } from '../../domain/outbox/event.ts'
import type { Log } from '../../domain/process.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { failureProperties } from './failure-headers.ts'
import { closeChannel } from './open-channel.ts'
import { parseJson } from './parse-body.ts'
import { publishConfirmed } from './publish-confirmed.ts'
import { parseWorkMessage } from './work-message.ts'

/**
 * Delay before a nack. RabbitMQ redelivers at once, so a nack without a delay would make a busy
 * loop.
 */
const returnAfterMs = 1_000

interface Delivery {
  readonly channel: ConfirmChannel
  readonly message: ConsumeMessage
  readonly queue: string
  readonly prefix: string
  readonly log: Log
}

/**
 * Parses a message and calls the handler. The handler's verdict acks the message, requeues it, or
 * moves it to Processing_Failures. Never throws. If the ack is lost, the broker delivers the
 * message again, and a failed message may be in Processing_Failures twice.
 */
export async function handleDelivery(
  delivery: Delivery,
  handle: (message: WorkMessage) => Promise<Verdict>,
): Promise<void> {
  const { channel, message, queue, log } = delivery
  try {
    const verdict = await judge(message, handle)
    if (verdict.kind === 'again') return giveBack(delivery)
    if (verdict.kind === 'fail') {
      log.warn({ queue, reason: verdict.reason }, 'message moved to Processing_Failures')
      await putAside(delivery, verdict.reason)
    }
    channel.ack(message)
  } catch (error) {
    const reason = errorMessage(error)
    log.warn({ queue, reason }, 'message handling failed; message requeued')
    // Closing the channel requeues the message. The next channel declares all queues again,
    // including Processing_Failures.
    if (error instanceof BusRefused) void closeChannel(channel)
    else giveBack(delivery)
  }
}

async function judge(
  message: ConsumeMessage,
  handle: (message: WorkMessage) => Promise<Verdict>,
): Promise<Verdict> {
  let parsed: WorkMessage
  try {
    parsed = parseWorkMessage(parseJson(message.content))
  } catch (error) {
    if (error instanceof BadInput) return { kind: 'fail', reason: error.message }
    throw error
  }
  return handle(parsed)
}

async function putAside({ channel, message, queue, prefix }: Delivery, reason: string) {
  const outgoing = {
    exchange: '',
    key: prefix + failuresQueue,
    content: message.content,
    properties: failureProperties({ source: queue, reason }, message.properties),
    mandatory: true,
  }
  await publishConfirmed(channel, outgoing, 10_000)
}

function giveBack({ channel, message }: Delivery): void {
  setTimeout(() => {
    try {
      channel.nack(message, false, true)
    } catch {
      // The channel has closed meanwhile, so the message is already back in the queue.
    }
  }, returnAfterMs).unref()
}
