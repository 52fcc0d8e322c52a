import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib'
import { BusRefused } from '../../domain/errors.ts'
import { sleep } from '../../runtime/sleep.ts'
import type { Bus } from './connect-bus.ts'
import { beforeDeadline } from './deadline.ts'
import { replyCode, translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'

/**
 * How long to wait for the broker, for the next message, for all of them, and for what was given
 * back to be there again.
 */
const readyMs = 5_000
const nextMs = 2_000
const lookMs = 60_000
const backMs = 5_000

/** A prefetch has 16 bits. With more than that, the next look begins with those behind. */
const mostTaken = 65_535

export interface Look {
  readonly queue: string
  /** Called for each message until it answers that this is the one. Must not throw. */
  readonly isWanted: (message: ConsumeMessage) => boolean
  /** What to do with the one, which is then removed; a throw leaves it. */
  readonly act: (channel: ConfirmChannel, message: ConsumeMessage) => Promise<void>
}

/**
 * Takes all messages without acking them, acks the wanted one when `act` went well, and gives all
 * others back; resolves when they are back, so that the next look sees them. Killed in the middle,
 * the broker puts all back by itself. All, because RabbitMQ 3.10 puts what comes back behind the
 * others: what is taken whole keeps its order [M].
 */
export async function lookThrough(bus: Bus, look: Look): Promise<void> {
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
      // What was done is done; the broker gives back by itself, only the next look may come too
      // soon.
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
  await channel.prefetch(within) // without one a quorum queue gives 2,000 [M]
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

/** Starts consuming and resolves when `done` was called, or nothing has arrived for a while. */
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

/** AMQP: an exclusive queue of another connection. */
const locked = 405

interface Turn {
  /** Free for questions about the queue. */
  readonly channel: Channel
  end(): Promise<void>
}

/**
 * Lets one connection at a time look at a queue: an exclusive queue serves as the lock, because
 * only one connection can have it and it goes with its connection. Throws `BusRefused` when others
 * take too long.
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
