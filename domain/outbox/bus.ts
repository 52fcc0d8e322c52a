import type { WorkMessage } from './event.ts'

/** An invalid row or message on its way to Processing_Failures. */
export interface BusFailure {
  /** Origin: a queue, or an event's type, without the deployment's prefix. */
  readonly source: string
  readonly reason: string
  readonly body: unknown
}

/**
 * Publishes with confirms. Each method resolves when the broker has stored the message. It throws
 * `BusUnreachable` when the broker is down or silent (the message may have arrived), `BusRefused`
 * when the broker rejects it or has no queue for it, and `BadInput` (not retryable) when the body
 * is no such message. Each call ends within seconds. Messages leave in the order of the calls.
 */
export interface BusPublisher {
  publishWork(queue: string, body: unknown): Promise<void>
  publishEvent(body: unknown): Promise<void>
  publishFailure(failure: BusFailure): Promise<void>
}

/** Fate of a message after its handler. */
export type Verdict =
  | { readonly kind: 'ack' }
  /** To Processing_Failures with a reason: the message is invalid, so a retry would not help. */
  | { readonly kind: 'fail'; readonly reason: string }
  /** Back to its queue: a dependency is down. */
  | { readonly kind: 'again' }

export interface BusConsumer {
  /**
   * Consumes a queue with bounded prefetch until closed; starts once the broker is reachable.
   * Unparseable messages go to Processing_Failures. A lost connection redelivers unacked messages.
   * A handler that throws means `again`.
   */
  consume(queue: string, handle: (message: WorkMessage) => Promise<Verdict>): BusSubscription
}

export interface BusSubscription {
  /** Takes no more messages; resolves when all unacked messages are back in the queue. */
  pause(): Promise<void>
  resume(): void
  /** Pauses permanently. */
  close(): Promise<void>
  /** undefined when healthy or paused, otherwise the problem in a few words. */
  problem(): string | undefined
}
