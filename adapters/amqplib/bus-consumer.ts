import type { BusConsumer, BusSubscription } from '../../domain/ports/bus.ts'
import type { Log } from '../../domain/ports/log.ts'
import type { Bus } from './connect-bus.ts'
import { type ConsumingSession, startConsuming } from './consuming-session.ts'
import { handleDelivery } from './handle-delivery.ts'

/** How soon a session that could not begin is tried again; a new connection tries at once. */
const retryMs = 1_000

export interface ConsumerOptions {
  readonly bus: Bus
  readonly log: Log
  /** Messages of one queue under way at once. @default 16 */
  readonly prefetch?: number
}

export function createBusConsumer({ bus, log, prefetch = 16 }: ConsumerOptions): BusConsumer {
  return {
    consume(queue, handle) {
      const start = (lost: () => void) =>
        startConsuming({
          bus,
          queue,
          prefetch,
          handle: (channel, message) =>
            handleDelivery({ channel, message, queue, prefix: bus.prefix, log }, handle),
          lost,
        })
      return keepConsuming(bus, start)
    },
  }
}

/** Keeps one session going while it is wanted; each step waits for the one before it. */
function keepConsuming(
  bus: Bus,
  start: (lost: () => void) => Promise<ConsumingSession>,
): BusSubscription {
  let wanted = true
  let closed = false
  let session: ConsumingSession | undefined
  let fault: string | undefined
  let retry: NodeJS.Timeout | undefined
  let steps = Promise.resolve()

  function settle(): Promise<void> {
    steps = steps.then(step)
    return steps
  }

  async function step(): Promise<void> {
    clearTimeout(retry)
    if (!wanted) {
      const ended = session
      session = undefined
      fault = undefined
      return ended?.end()
    }
    if (session !== undefined) return
    try {
      session = await start(() => {
        session = undefined
        void settle()
      })
      fault = undefined
    } catch (error) {
      fault = (error as Error).message
      retry = setTimeout(settle, retryMs)
    }
  }

  const stopListening = bus.onConnected(() => void settle())
  void settle()
  return {
    pause() {
      wanted = false
      return settle()
    },
    resume() {
      wanted = !closed
      void settle()
    },
    close() {
      stopListening()
      closed = true
      wanted = false
      return settle()
    },
    trouble: () => (wanted ? (fault ?? bus.trouble()) : undefined),
  }
}
