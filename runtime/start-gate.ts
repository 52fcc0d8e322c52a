import { StartRefused } from '../domain/errors.ts'
import type { Log } from '../domain/process.ts'
import { errorMessage } from './error-message.ts'
import { sleep } from './sleep.ts'

/** Holds a process back until its start check passes. */
export interface StartGate {
  /**
   * Repeats the check while a dependency is down. Resolves true when the start may continue, and
   * false when `stop` aborts first.
   * @throws StartRefused with every problem that waiting does not fix (MONEY 18)
   */
  wait(stop: AbortSignal): Promise<boolean>
  problem(): string | undefined
}

const againMs = 1_000

/**
 * Creates the gate of a process.
 * @param check returns the problems that forbid the start; throws while a dependency is down
 */
export function createStartGate(check: () => Promise<readonly string[]>, log: Log): StartGate {
  let problem: string | undefined = 'starting'
  return {
    problem: () => problem,
    async wait(stop) {
      while (!stop.aborted) {
        try {
          const problems = await check()
          if (problems.length > 0) throw new StartRefused(problems)
          problem = undefined
          return true
        } catch (error) {
          if (error instanceof StartRefused) throw error
          const words = errorMessage(error)
          if (problem !== words) log.warn({ error }, 'dependency down; start waits')
          problem = words
          await sleep(againMs, stop)
        }
      }
      return false
    },
  }
}
