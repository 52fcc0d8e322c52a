/**
 * Word that a chain may have a new head: from a WebSocket or a poll. Only a hint; a lost one costs
 * latency alone.
 */
export interface NewHeads {
  /** Calls back on every hint until closed; reconnects by itself and never throws. */
  watch(onHint: () => void): { close(): Promise<void> }
}
