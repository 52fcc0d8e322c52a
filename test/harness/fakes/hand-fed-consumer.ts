import type { BusConsumer, Verdict } from '../../../domain/outbox/bus.ts'
import type { WorkMessage } from '../../../domain/outbox/event.ts'

export interface HandFedConsumer extends BusConsumer {
  /** Delivers a message to the queue's consumer, and returns the verdict. */
  feed(queue: string, message: WorkMessage): Promise<Verdict>
  /** Queues with an active consumer. */
  consumed(): readonly string[]
  /** Number of pauses so far. A poll of `consumed` could miss a short pause. */
  pauses(): number
}

/** Creates a bus that delivers the messages which the test feeds. */
export function handFedConsumer(): HandFedConsumer {
  const handlers = new Map<string, (message: WorkMessage) => Promise<Verdict>>()
  const open = new Set<string>()
  let pauses = 0
  return {
    consume(queue, handle) {
      handlers.set(queue, handle)
      open.add(queue)
      return {
        async pause() {
          pauses += 1
          open.delete(queue)
        },
        resume: () => void open.add(queue),
        close: async () => void open.delete(queue),
        problem: () => undefined,
      }
    },
    async feed(queue, message) {
      const handle = handlers.get(queue)
      if (!handle) throw new Error(`nobody has consumed ${queue}`)
      return handle(message)
    },
    consumed: () => [...open].sort(),
    pauses: () => pauses,
  }
}
