import type { WorkMessage } from './event.ts'

/** An invalid outbox row or message that is moved to the queue Processing_Failures. */
export interface BusFailure {
  /**
   * Origin: the queue of the work message, or the type of the event, without the deployment's
   * prefix.
   */
  readonly source: string
  readonly reason: string
  readonly body: unknown
}

/**
 * Publishes messages to RabbitMQ with publisher confirms. Each method resolves when the broker has
 * stored the message, or throws within seconds:
 * - `BusUnreachable` when the broker is down or does not answer; the message may have arrived.
 * - `BusRefused` when the broker rejects the message or has no queue for it.
 * - `BadInput` (not retryable) when the body is not a valid message of this kind.
 *
 * Messages are sent in the order of the calls.
 */
export interface BusPublisher {
  publishWork(queue: string, body: unknown): Promise<void>
  publishEvent(body: unknown): Promise<void>
  publishFailure(failure: BusFailure): Promise<void>
}

/** A handler's decision about a message. */
export type Verdict =
  | { readonly kind: 'ack' }
  /** Moves the message to Processing_Failures, because it is invalid and a retry would not help. */
  | { readonly kind: 'fail'; readonly reason: string }
  /** Returns the message to its queue, because a dependency is down. */
  | { readonly kind: 'again' }

/** Consumes work messages from RabbitMQ. */
export interface BusConsumer {
  /**
   * Consumes a queue with bounded prefetch until the subscription is closed. Consuming starts once
   * the broker is reachable. Messages that cannot be parsed go to Processing_Failures. After a lost
   * connection the broker redelivers unacked messages. A handler that throws has the effect of
   * `again`.
   */
  consume(queue: string, handle: (message: WorkMessage) => Promise<Verdict>): BusSubscription
}

/** A running consumer of one queue. */
export interface BusSubscription {
  /** Stops taking messages. Resolves when all unacked messages are back in the queue. */
  pause(): Promise<void>
  resume(): void
  /** Pauses permanently. */
  close(): Promise<void>
  /** Returns the health problem in a few words; undefined when healthy or paused. */
  problem(): string | undefined
}
