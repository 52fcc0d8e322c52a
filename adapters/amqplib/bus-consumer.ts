import type { BusConsumer, BusSubscription } from '../../domain/outbox/bus.ts'
import type { Log } from '../../domain/process.ts'
import type { Bus } from './connect-bus.ts'
import { type ConsumingSession, type SessionOptions, startConsuming } from './consuming-session.ts'
import { handleDelivery } from './handle-delivery.ts'

/**
 * Delay before a session that ended, or failed to start, is retried. A new connection starts the
 * session without this delay.
 */
const retryMs = 1_000

export interface ConsumerOptions {
  readonly bus: Bus
  readonly log: Log
  /** Concurrent messages of one queue. @default 16 */
  readonly prefetch?: number
  /** A queue without a message for this long is consumed again. @default 30,000 */
  readonly idleMs?: number
}

/**
 * Creates the consumer of work queues. A subscription survives lost connections, channels and
 * queues: it starts a new session until it is paused or closed.
 */
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

/**
 * Keeps one session open until the subscription is paused or closed. Sessions start and end one
 * after the other.
 */
function keepConsuming(
  bus: Bus,
  start: (ends: Ends) => Promise<ConsumingSession>,
): BusSubscription {
  let wanted = true
  let closed = false
  let session: ConsumingSession | undefined
  let lastError: string | undefined
  let retry: NodeJS.Timeout | undefined
  let steps = Promise.resolve()

  function settle(): Promise<void> {
    steps = steps.then(step)
    return steps
  }

  async function step(): Promise<void> {
    clearTimeout(retry)
    if (!wanted) {
      lastError = undefined
      return end()
    }
    if (session !== undefined) return
    try {
      session = await start({ lost, idle })
      lastError = undefined
    } catch (error) {
      lastError = (error as Error).message
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
    lastError = 'RabbitMQ cancelled the consumer'
    // The delay is needed, because a queue that is being deleted would accept the consumer and
    // never report its end.
    retry = setTimeout(settle, retryMs)
  }

  /**
   * Starts a new session. A queue that was deleted and declared again within milliseconds has lost
   * its consumer, and RabbitMQ 3.10 does not always report the loss (measured).
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
    problem: () => (wanted ? (lastError ?? bus.problem()) : undefined),
  }
}
