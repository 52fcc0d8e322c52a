import type { EventBody, WorkMessage } from '../event.ts'

/** Publishing with confirms. */
export interface BusPublisher {
  /** Resolves when the broker has confirmed it; rejects when it is away, refused it, or could not route it. */
  publishWork(queue: string, message: WorkMessage): Promise<void>
  publishEvent(event: EventBody): Promise<void>
}

/** What to do with a message after handling it. */
export type Verdict =
  | { readonly kind: 'ack' }
  /** To Processing_Failures with a reason: it can't be understood, and trying again would not change that. */
  | { readonly kind: 'fail'; readonly reason: string }
  /** Back to its queue: something we depend on is away. */
  | { readonly kind: 'again' }

export interface BusConsumer {
  /**
   * Consumes a queue with bounded prefetch until closed. Messages that do not parse go to Processing_Failures by themselves.
   * A lost connection redelivers what was not acked. `pause` stops taking messages (Temporal is down), `resume` goes on.
   */
  consume(
    queue: string,
    handle: (message: WorkMessage) => Promise<Verdict>,
  ): Promise<BusSubscription>
}

export interface BusSubscription {
  pause(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}
