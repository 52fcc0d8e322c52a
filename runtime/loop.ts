/**
 * A loop of a process, which runs until its signal aborts, for example the scanner of one chain or
 * the relay. `run` resolves after a clean stop and rejects only on an error that it cannot recover
 * from; the process then exits and is started again.
 */
export interface Loop {
  readonly name: string
  run(stop: AbortSignal): Promise<void>
  /** For /readyz: returns the problem in a few words; undefined if the loop is healthy. */
  problem(): string | undefined
}
