/**
 * A loop that runs until its signal aborts: scanner of a chain, relay, intake, lane loop. `run`
 * resolves after a clean stop and rejects only on an error that it cannot recover from; the process
 * then exits and is started again.
 */
export interface Loop {
  readonly name: string
  run(stop: AbortSignal): Promise<void>
  /** For /readyz: the problem in a few words; undefined if the loop is healthy. */
  problem(): string | undefined
}
