import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Bus } from './connect-bus.ts'
import { translateBusError } from './errors.ts'
import { closeChannel, openChannel } from './open-channel.ts'
import { takeTurn } from './take-turn.ts'

/** How long to wait for the broker, for the next message, and for what was given back to be in the queue again. */
const readyMs = 5_000
const nextMs = 2_000
const backMs = 5_000

export interface Look {
  readonly queue: string
  /** Messages at most. */
  readonly limit: number
  /** Called for each message, oldest first, until it answers that this is the one. */
  readonly isWanted: (message: ConsumeMessage) => boolean
  /** What to do with the one, which is then removed; a throw leaves it. */
  readonly act: (channel: ConfirmChannel, message: ConsumeMessage) => Promise<void>
}

/**
 * Takes messages without acking them, acks the wanted one when `act` went well, and gives all others back; resolves when they are
 * back, so that the next look sees them. Killed in the middle, the broker puts all back by itself.
 */
export async function lookThrough(bus: Bus, look: Look): Promise<void> {
  await bus.ready(readyMs)
  const endTurn = await takeTurn(bus, look.queue)
  try {
    const channel = await openChannel(bus)
    try {
      await takeAndGiveBack(channel, look)
    } catch (error) {
      throw translateBusError(error)
    } finally {
      await closeChannel(channel)
    }
  } finally {
    await endTurn()
  }
}

async function takeAndGiveBack(channel: ConfirmChannel, look: Look): Promise<void> {
  const { taken, wanted } = await take(channel, look)
  let owed = taken
  try {
    if (wanted !== undefined) {
      await look.act(channel, wanted)
      channel.ack(wanted)
      owed -= 1
    }
  } finally {
    if (owed > 0) await giveBack(channel, look.queue, owed)
  }
}

interface Taken {
  readonly taken: number
  readonly wanted: ConsumeMessage | undefined
}

async function take(channel: ConfirmChannel, { queue, limit, isWanted }: Look): Promise<Taken> {
  const { messageCount } = await channel.checkQueue(queue)
  const enough = Math.min(limit, messageCount)
  if (enough <= 0) return { taken: 0, wanted: undefined }
  await channel.prefetch(enough <= 65_535 ? enough : 0) // 16 bits; 0 means all
  let taken = 0
  let wanted: ConsumeMessage | undefined
  const { consumerTag } = await quietOrDone((arrived, done) =>
    channel.consume(queue, (message) => {
      if (message === null) return done()
      taken += 1
      arrived()
      if (wanted === undefined && taken <= enough && isWanted(message)) wanted = message
      if (wanted !== undefined || taken >= enough) done()
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

async function giveBack(channel: ConfirmChannel, queue: string, owed: number): Promise<void> {
  channel.nackAll(true)
  const giveUpAt = Date.now() + backMs
  while (Date.now() < giveUpAt) {
    const { messageCount } = await channel.checkQueue(queue)
    if (messageCount >= owed) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
