import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib'
import { BusRefused } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { replyCode, translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'

/**
 * Time limits, in this order: until the broker is connected, until the next message arrives, until
 * all messages have arrived, and until the broker has put the messages back into the queue.
 */
const readyMs = 5_000
const nextMs = 2_000
const lookMs = 60_000
const backMs = 5_000

/**
 * Maximum number of messages in one browse, because a prefetch has 16 bits. In a longer queue the
 * next browse begins with the remaining messages.
 */
const mostTaken = 65_535

/** A queue to browse, the test that finds the wanted message, and the action on that message. */
export interface Look {
  readonly queue: string
  /** Called for each message until it returns true. Must not throw. */
  readonly isWanted: (message: ConsumeMessage) => boolean
  /** Handles the wanted message, which is then removed; if it throws, the message stays. */
  readonly act: (channel: ConfirmChannel, message: ConsumeMessage) => Promise<void>
}

/**
 * Browses a queue: takes all messages without acking them, acks the wanted message when `act`
 * succeeds, and returns the other messages. Resolves when the other messages are back in the queue,
 * so that the next browse sees them. If the process is killed, the broker returns all messages. All
 * messages are taken because RabbitMQ 3.10 puts returned messages behind the others. If all
 * messages are taken and returned, the queue keeps its order (measured).
 */
export async function browseQueue(bus: Bus, look: Look): Promise<void> {
  await bus.ready(readyMs)
  const turn = await takeTurn(bus, look.queue)
  try {
    let owed = 0
    const channel = await openChannel(bus)
    try {
      const { taken, wanted } = await beforeDeadline(take(channel, look), lookMs, 'hand over all')
      owed = taken
      if (wanted === undefined) return
      await look.act(channel, wanted)
      channel.ack(wanted)
      owed -= 1
    } finally {
      await closeChannel(channel)
      // An error here is ignored, because the work is done and the broker returns the remaining
      // messages by itself. Only the next browse may start too early.
      const back = untilBack(turn.channel, look.queue, owed)
      await beforeDeadline(back, backMs, 'take all back').catch(() => {})
    }
  } catch (error) {
    throw translateBusError(error)
  } finally {
    await turn.end()
  }
}

interface Taken {
  readonly taken: number
  readonly wanted: ConsumeMessage | undefined
}

async function take(channel: ConfirmChannel, { queue, isWanted }: Look): Promise<Taken> {
  const { messageCount } = await channel.checkQueue(queue)
  if (messageCount === 0) return { taken: 0, wanted: undefined }
  const within = Math.min(messageCount, mostTaken)
  await channel.prefetch(within) // a quorum queue delivers 2,000 by default (measured)
  let taken = 0
  let wanted: ConsumeMessage | undefined
  const { consumerTag } = await quietOrDone((arrived, done) =>
    channel.consume(queue, (message) => {
      if (message === null) return done()
      taken += 1
      arrived()
      if (wanted === undefined && isWanted(message)) wanted = message
      if (taken >= within) done()
    }),
  )
  await channel.cancel(consumerTag)
  return { taken, wanted }
}

/** Starts consuming. Resolves when `done` is called, or when no message arrives for `nextMs`. */
async function quietOrDone<T>(
  begin: (arrived: () => void, done: () => void) => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const restart = () => {
    clearTimeout(timer)
    timer = setTimeout(finish, nextMs)
  }
  try {
    const begun = await begin(restart, finish)
    restart()
    await finished
    return begun
  } finally {
    clearTimeout(timer)
  }
}

async function untilBack(channel: Channel, queue: string, owed: number): Promise<void> {
  const giveUpAt = Date.now() + backMs
  while (owed > 0 && Date.now() < giveUpAt) {
    const { messageCount } = await channel.checkQueue(queue)
    if (messageCount >= owed) return
    await sleep(20)
  }
}

const turnMs = 10_000

/** AMQP reply code: an exclusive queue of another connection. */
const locked = 405

interface Turn {
  /** A channel for queries about the queue. */
  readonly channel: Channel
  end(): Promise<void>
}

/**
 * Lets one connection at a time browse a queue. An exclusive queue is the lock: only one connection
 * can have it, and it is deleted with its connection.
 * @throws BusRefused when another connection browses the queue for too long
 */
async function takeTurn(bus: Bus, queue: string): Promise<Turn> {
  const lock = `${queue}.looking`
  const giveUpAt = Date.now() + turnMs
  for (;;) {
    const channel = await openChannel(bus)
    try {
      await channel.assertQueue(lock, { exclusive: true, durable: false })
      return {
        channel,
        async end() {
          // An error here is ignored, because the lock is deleted with the connection at the
          // latest.
          await beforeDeadline(channel.deleteQueue(lock), 2_000, 'end the turn').catch(() => {})
          await closeChannel(channel)
        },
      }
    } catch (error) {
      if (replyCode(error) !== locked) throw translateBusError(error)
      if (Date.now() > giveUpAt) {
        throw new BusRefused(
          'another command is browsing that queue: retry when that command is done',
        )
      }
      await sleep(100)
    }
  }
}
