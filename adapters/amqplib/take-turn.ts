import type { Channel } from 'amqplib'
import { BusRefused } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { replyCode, translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'

const turnMs = 10_000

/** AMQP: an exclusive queue of another connection. */
const locked = 405

export interface Turn {
  /** Free for questions about the queue. */
  readonly channel: Channel
  end(): Promise<void>
}

/**
 * Lets one connection at a time look at a queue: an exclusive queue serves as the lock, because
 * only one connection can have it and it goes with its connection. Throws `BusRefused` when others
 * take too long.
 */
export async function takeTurn(bus: Bus, queue: string): Promise<Turn> {
  const lock = `${queue}.looking`
  const giveUpAt = Date.now() + turnMs
  for (;;) {
    const channel = await openChannel(bus)
    try {
      await channel.assertQueue(lock, { exclusive: true, durable: false })
      return {
        channel,
        async end() {
          // Gone with the connection at the latest.
          await beforeDeadline(channel.deleteQueue(lock), 2_000, 'end the turn').catch(() => {})
          await closeChannel(channel)
        },
      }
    } catch (error) {
      if (replyCode(error) !== locked) throw translateBusError(error)
      if (Date.now() > giveUpAt) {
        throw new BusRefused('another command is looking at that queue: try again when it is done')
      }
      await sleep(100)
    }
  }
}
