export type OutboxKind = 'work' | 'event'

export interface OutboxRow {
  readonly id: bigint
  /** Queue of a work row, type of an event; without the deployment's prefix. */
  readonly route: string
  readonly body: unknown
}

/**
 * Rows that are owed to the bus. Work and events are drained separately, so that events never delay
 * work.
 */
export interface Outbox {
  /**
   * Passes the oldest rows to `publish` and deletes the rows whose ids it returns, in one
   * transaction that locks them. A crash between the broker's confirm and the delete publishes
   * again; no row is lost. Rows that another relay has locked are skipped. Returns the number of
   * published rows.
   */
  drain(
    kind: OutboxKind,
    limit: number,
    publish: (rows: readonly OutboxRow[]) => Promise<readonly bigint[]>,
  ): Promise<number>
  /** Age of the oldest row in seconds, 0 when there is none. */
  lagSeconds(kind: OutboxKind): Promise<number>
}
