/** A message of Processing_Failures, for operators. */
export interface FailedMessage {
  /**
   * Assigned at publication. For messages from elsewhere it is derived from the content, so that it
   * stays the same.
   */
  readonly id: string
  /** Its original queue, without the deployment's prefix; '' where unknown. */
  readonly queue: string
  readonly reason: string
  /** ISO 8601; '' where unknown. */
  readonly failedAt: string
  /** Body as text, at most 2,000 characters. */
  readonly body: string
}

/**
 * The dead-letter queue. Listing changes nothing, even when killed midway; the other methods act on
 * exactly one message. One call runs at a time, across processes: others wait, and throw
 * `BusRefused` when that takes too long.
 */
export interface FailedMessages {
  /** Oldest first. */
  list(limit: number): Promise<readonly FailedMessage[]>
  /**
   * Publishes it unchanged to its original queue, waits for the confirm, then removes it; when
   * killed in between, it is in both. false when there is no such message; throws `BadInput` when
   * it came from no queue of ours.
   */
  requeue(id: string): Promise<boolean>
  /**
   * Removes and returns it, so that the caller can mark the deposit; undefined when there is none.
   */
  drop(id: string): Promise<FailedMessage | undefined>
}
