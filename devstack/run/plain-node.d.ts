// Types of the plain Node files (.mjs) that TypeScript files import.

declare module '*/file-lock.mjs' {
  /**
   * Runs `work` while this process holds the lock file. Waits while another live process holds it.
   * A lock whose owner is dead, or that is older than 20 minutes, is taken over. Not re-entrant.
   */
  export function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T>
}

declare module '*/processes-of-run.mjs' {
  export interface ProcessOfRun {
    pid: number
    command: string
    /**
     * A process found by its `environment` belongs to the run and may be killed. A process found by
     * its `folder` may also be a person's shell in the data folder.
     */
    knownBy: 'environment' | 'folder'
  }

  /**
   * Returns the run's live processes, without the calling process. A call is cheap enough to poll:
   * it makes one pass over /proc, or runs `ps` once.
   */
  export function processesOfRun(run: { id: string; dataFolder: string }): ProcessOfRun[]
}
