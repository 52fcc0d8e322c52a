export interface OutboxRow {
  readonly id: bigint
  readonly kind: 'work' | 'event'
  readonly route: string
  readonly body: unknown
}

/** Rows owed to the bus. */
export interface Outbox {
  /**
   * Hands the oldest rows to `publish` and deletes those whose ids it returns, in one transaction with the rows locked:
   * a crash between the broker's confirm and the delete publishes again, never loses. Returns how many were published.
   */
  drain(
    limit: number,
    publish: (rows: readonly OutboxRow[]) => Promise<readonly bigint[]>,
  ): Promise<number>
  /** Age of the oldest row in seconds, 0 when empty: how late the bus is. */
  lagSeconds(): Promise<number>
}
