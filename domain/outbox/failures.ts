/** A message of Processing_Failures, as an operator sees it. */
export interface FailedMessage {
  /**
   * Given when it was put there; where something else put it there, made from its content, so that
   * it stays the same.
   */
  readonly id: string
  /** The queue it came from, without the deployment's prefix; '' when it does not say. */
  readonly queue: string
  readonly reason: string
  /** ISO 8601; '' when it does not say. */
  readonly failedAt: string
  /** Body as text, at most 2,000 characters. */
  readonly body: string
}

/**
 * The dead-letter queue. Looking changes nothing, also when killed in the middle; the others act on
 * exactly one message. One call looks at a time, across processes: others wait, and throw
 * `BusRefused` when that takes too long.
 */
export interface Failures {
  /** Oldest first. */
  list(limit: number): Promise<readonly FailedMessage[]>
  /**
   * Publishes it unchanged to the queue it came from, waits for the confirm, then removes it;
   * killed in between it is in both. false when there is no such message; throws `BadInput` when it
   * came from no queue of ours.
   */
  requeue(id: string): Promise<boolean>
  /**
   * Removes it and returns it, so that the caller can mark the deposit; undefined when there is
   * none.
   */
  drop(id: string): Promise<FailedMessage | undefined>
}
