export type OutboxKind = 'work' | 'event'

export interface OutboxRow {
  readonly id: bigint
  /** Queue of a work row, type of an event, without the deployment's prefix. */
  readonly route: string
  readonly body: unknown
}

/** Rows owed to the bus. Work and events are drained apart, so that events never hold up work. */
export interface Outbox {
  /**
   * Hands the oldest rows to `publish` and deletes those whose ids it returns, in one transaction
   * with the rows locked: a crash between the broker's confirm and the delete publishes again,
   * never loses. Rows that another relay holds are passed over. Returns how many were published.
   */
  drain(
    kind: OutboxKind,
    limit: number,
    publish: (rows: readonly OutboxRow[]) => Promise<readonly bigint[]>,
  ): Promise<number>
  /** Age of the oldest row in seconds, 0 when there is none: how late the bus is. */
  lagSeconds(kind: OutboxKind): Promise<number>
}
