/** A message of Processing_Failures, as an operator sees it. */
export interface FailedMessage {
  /** Stable id given when it was put there. */
  readonly id: string
  readonly queue: string
  readonly reason: string
  readonly failedAt: string
  /** Body as text, at most 2,000 characters. */
  readonly body: string
}

/** The dead-letter queue. Looking changes nothing; the others act on exactly one message and wait for the broker's confirm. */
export interface Failures {
  list(limit: number): Promise<readonly FailedMessage[]>
  /** Publishes it to the queue it came from, then removes it. false when no such message. */
  requeue(id: string): Promise<boolean>
  /** Removes it and returns it, so that the caller can mark the deposit; undefined when there is none. */
  drop(id: string): Promise<FailedMessage | undefined>
}
