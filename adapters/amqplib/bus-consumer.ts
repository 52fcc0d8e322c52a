import type { BusConsumer, BusSubscription } from '../../domain/outbox/bus.ts'
import type { Log } from '../../domain/process.ts'
import type { Bus } from './connect-bus.ts'
import { type ConsumingSession, type SessionOptions, startConsuming } from './consuming-session.ts'
import { handleDelivery } from './handle-delivery.ts'

/**
 * How soon a session that ended, or could not begin, is tried again; a new connection tries at
 * once.
 */
const retryMs = 1_000

export interface ConsumerOptions {
  readonly bus: Bus
  readonly log: Log
  /** Messages of one queue under way at once. @default 16 */
  readonly prefetch?: number
  /** After so long without a message a queue is consumed anew. @default 30,000 */
  readonly idleMs?: number
}

export function createBusConsumer({
  bus,
  log,
  prefetch = 16,
  idleMs = 30_000,
}: ConsumerOptions): BusConsumer {
  return {
    consume(queue, handle) {
      const start = (ends: Ends) =>
        startConsuming({
          bus,
          queue,
          prefetch,
          handle: (channel, message) =>
            handleDelivery({ channel, message, queue, prefix: bus.prefix, log }, handle),
          idleMs,
          ...ends,
        })
      return keepConsuming(bus, start)
    },
  }
}

type Ends = Pick<SessionOptions, 'lost' | 'idle'>

/** Keeps one session going while it is wanted; each step waits for the one before it. */
function keepConsuming(
  bus: Bus,
  start: (ends: Ends) => Promise<ConsumingSession>,
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
      fault = undefined
      return end()
    }
    if (session !== undefined) return
    try {
      session = await start({ lost, idle })
      fault = undefined
    } catch (error) {
      fault = (error as Error).message
      retry = setTimeout(settle, retryMs)
    }
  }

  async function end(): Promise<void> {
    const ended = session
    session = undefined
    await ended?.end()
  }

  function lost(): void {
    session = undefined
    fault = 'RabbitMQ ended the consuming'
    // At once, a queue that is being deleted would take us on and never say goodbye.
    retry = setTimeout(settle, retryMs)
  }

  /**
   * A queue deleted and made again within milliseconds has us no more, and RabbitMQ 3.10 does not
   * always say so [M].
   */
  function idle(): void {
    steps = steps.then(end).then(step)
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
