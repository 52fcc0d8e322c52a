import type { WorkMessage } from './event.ts'

/** A row or message that can't become what it should be, on its way to Processing_Failures. */
export interface BusFailure {
  /** Where it came from: a queue, or an event's type, without the deployment's prefix. */
  readonly source: string
  readonly reason: string
  readonly body: unknown
}

/**
 * Publishing with confirms. Each method resolves when the broker has the message safe; it throws
 * `BusUnreachable` when the broker is away or silent (the message may have arrived), `BusRefused`
 * when it will not take it or has no queue for it, and `BadInput` when the body is no such message,
 * which another try would not mend. Nothing waits longer than some seconds. Messages leave in the
 * order of the calls.
 */
export interface BusPublisher {
  publishWork(queue: string, body: unknown): Promise<void>
  publishEvent(body: unknown): Promise<void>
  publishFailure(failure: BusFailure): Promise<void>
}

/** What to do with a message after handling it. */
export type Verdict =
  | { readonly kind: 'ack' }
  /**
   * To Processing_Failures with a reason: it can't be understood, and trying again would not change
   * that.
   */
  | { readonly kind: 'fail'; readonly reason: string }
  /** Back to its queue: something we depend on is away. */
  | { readonly kind: 'again' }

export interface BusConsumer {
  /**
   * Consumes a queue with bounded prefetch until closed; starts by itself once the broker is there.
   * Messages that do not parse go to Processing_Failures by themselves. A lost connection
   * redelivers what was not acked. A handler that throws means `again`.
   */
  consume(queue: string, handle: (message: WorkMessage) => Promise<Verdict>): BusSubscription
}

export interface BusSubscription {
  /** Takes no more messages; resolves when what was taken and not acked is back in the queue. */
  pause(): Promise<void>
  resume(): void
  /** Pauses for good. */
  close(): Promise<void>
  /** undefined when well or paused, else what is wrong, in a few words. */
  trouble(): string | undefined
}
