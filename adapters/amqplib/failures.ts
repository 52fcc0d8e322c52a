import { BadInput } from '../../domain/money-errors.ts'
import { failuresQueue, workQueues } from '../../domain/outbox/event.ts'
import type { FailedMessage, FailedMessages } from '../../domain/outbox/failed-messages.ts'
import { browseQueue, type Look } from './browse-queue.ts'
import type { Bus } from './connect-bus.ts'
import { requeueProperties, toFailedMessage } from './failure-headers.ts'
import { publishConfirmed } from './publish-confirmed.ts'

const ours: readonly string[] = Object.values(workQueues)

/** Lists, requeues and drops the messages of the queue Processing_Failures. */
export function createFailedMessages(bus: Bus): FailedMessages {
  const queue = bus.prefix + failuresQueue
  const read = (message: Parameters<Look['isWanted']>[0]) => toFailedMessage(message, bus.prefix)
  let last: Promise<unknown> = Promise.resolve()

  /**
   * Browses one after the other, because the lock of `browseQueue` separates connections, but not
   * calls on one connection.
   */
  function inTurn(look: Omit<Look, 'queue'>): Promise<void> {
    const next = last.then(() => browseQueue(bus, { queue, ...look }))
    last = next.catch(() => {})
    return next
  }

  return {
    async list(limit) {
      const found: FailedMessage[] = []
      await inTurn({
        isWanted(message) {
          found.push(read(message))
          return false
        },
        act: async () => {},
      })
      // Sorts by age: if an earlier browse was killed halfway, its messages returned behind the
      // others.
      return found.sort((a, b) => a.failedAt.localeCompare(b.failedAt)).slice(0, limit)
    },

    async requeue(id) {
      let done = false
      await inTurn({
        isWanted: (message) => read(message).id === id,
        async act(channel, message) {
          const failed = read(message)
          if (!ours.includes(failed.queue)) throw notRequeueable(failed)
          const outgoing = {
            exchange: '',
            key: bus.prefix + failed.queue,
            content: message.content,
            properties: requeueProperties(failed, message.properties),
            mandatory: true,
          }
          await publishConfirmed(channel, outgoing, 10_000)
          done = true
        },
      })
      return done
    },

    async drop(id) {
      let dropped: FailedMessage | undefined
      await inTurn({
        isWanted: (message) => read(message).id === id,
        async act(_channel, message) {
          dropped = read(message)
        },
      })
      return dropped
    },
  }
}

function notRequeueable({ id, queue }: FailedMessage): BadInput {
  const from =
    queue === ''
      ? 'does not name its source queue'
      : `came from ${queue}, which is not a work queue`
  return new BadInput(`message ${id} ${from} and can't be requeued: inspect its body, then drop it`)
}
