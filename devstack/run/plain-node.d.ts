// Types of the plain Node files that TypeScript imports.

declare module '*/file-lock.mjs' {
  /**
   * Runs `work` while this process holds the lock file, and waits while a live process holds it. A
   * lock whose owner is dead, or that is older than 20 minutes, is taken over. Not re-entrant.
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
   * The run's live processes, without the caller. Cheap enough to poll (one pass over /proc, or one
   * `ps`).
   */
  export function processesOfRun(run: { id: string; dataFolder: string }): ProcessOfRun[]
}
