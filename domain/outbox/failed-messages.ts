/** A message of the queue Processing_Failures, as operators see it. */
export interface FailedMessage {
  /**
   * Id that coldsweep assigned when it published the message. For a message of another publisher
   * the id is derived from the content, so that it stays the same.
   */
  readonly id: string
  /** Original queue of the message, without the deployment's prefix; '' where unknown. */
  readonly queue: string
  readonly reason: string
  /** ISO 8601; '' where unknown. */
  readonly failedAt: string
  /** Body as text, at most 2,000 characters. */
  readonly body: string
}

/**
 * Access to the dead-letter queue Processing_Failures. `list` changes nothing, even if the process
 * is killed midway; the other methods change exactly one message. Only one call runs at a time,
 * across all processes. Other calls wait, and throw `BusRefused` when the wait takes too long.
 */
export interface FailedMessages {
  /** Returns messages, oldest first. */
  list(limit: number): Promise<readonly FailedMessage[]>
  /**
   * Publishes the message unchanged to its original queue, waits for the confirm, then removes the
   * message from Processing_Failures. If the process is killed in between, the message is in both
   * queues. Returns false when no message has the id. Throws `BadInput` when the message did not
   * come from a queue of coldsweep.
   */
  requeue(id: string): Promise<boolean>
  /**
   * Removes the message and returns it, so that the caller can mark the deposit. Returns undefined
   * when no message has the id.
   */
  drop(id: string): Promise<FailedMessage | undefined>
}
