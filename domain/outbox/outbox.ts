export type OutboxKind = 'work' | 'event'

export interface OutboxRow {
  readonly id: bigint
  /** Queue of a work message, or type of an event, without the deployment's prefix. */
  readonly route: string
  readonly body: unknown
}

/**
 * The table of messages that are not yet published to the bus. Work messages and events are
 * published separately, so that events never delay work.
 */
export interface Outbox {
  /**
   * Passes the oldest rows to `publish` and deletes the rows whose ids `publish` returns, in one
   * transaction that locks the rows. After a crash between the broker's confirm and the delete, the
   * rows are published again; no row is lost. Rows that another relay has locked are skipped.
   * Returns the number of published rows.
   */
  drain(
    kind: OutboxKind,
    limit: number,
    publish: (rows: readonly OutboxRow[]) => Promise<readonly bigint[]>,
  ): Promise<number>
  /** Returns the age of the oldest row in seconds; 0 without rows. */
  lagSeconds(kind: OutboxKind): Promise<number>
}
