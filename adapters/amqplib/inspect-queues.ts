import { workQueues } from '../../domain/outbox/event.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'

export interface QueueLoad {
  /** Without the deployment's prefix. */
  readonly queue: string
  readonly messages: number
  readonly consumers: number
}

/**
 * Reads length and consumers of the work queues. Declares nothing.
 * @throws BusUnreachable, BusRefused
 */
export async function inspectWorkQueues(bus: Bus, limitMs: number): Promise<readonly QueueLoad[]> {
  await bus.ready(limitMs)
  try {
    return await beforeDeadline(readLoads(bus), limitMs, 'count its messages')
  } catch (error) {
    throw translateBusError(error)
  }
}

async function readLoads(bus: Bus): Promise<readonly QueueLoad[]> {
  const channel = await bus.connection().createChannel()
  channel.on('error', () => {})
  const loads: QueueLoad[] = []
  for (const queue of Object.values(workQueues)) {
    const { messageCount, consumerCount } = await channel.checkQueue(bus.prefix + queue)
    loads.push({ queue, messages: messageCount, consumers: consumerCount })
  }
  return loads
}
