import { failuresQueue } from '../../domain/outbox/event.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'

const limitMs = 10_000

/**
 * Number of messages in Processing_Failures. Messages that a command browses at the moment are not
 * counted.
 * @throws BusUnreachable, BusRefused
 */
export async function countFailures(bus: Bus): Promise<number> {
  const channel = await openChannel(bus)
  try {
    const checking = channel.checkQueue(bus.prefix + failuresQueue)
    return (await beforeDeadline(checking, limitMs, 'count the failures')).messageCount
  } catch (error) {
    throw translateBusError(error)
  } finally {
    await closeChannel(channel)
  }
}
