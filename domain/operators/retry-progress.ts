/** How far the run of a deposit has followed a retry. */
export interface RetryProgress {
  /** When the run recorded the order; null while no run has received it. */
  readonly followedAt: Date | null
  /** When a run last wrote the deposit's row; null before the first run. */
  readonly lastRunAt: Date | null
}
