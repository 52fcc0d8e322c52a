import { StartRefused } from '../domain/errors.ts'
import type { Log } from '../domain/process.ts'
import { errorMessage } from './error-message.ts'
import { sleep } from './sleep.ts'

export interface StartGate {
  /**
   * Checks until there is an answer: a dependency that is down at the start is waited for. false
   * when it was stopped before.
   * @throws StartRefused with every fault, which waiting would not mend (MONEY 18)
   */
  wait(stop: AbortSignal): Promise<boolean>
  trouble(): string | undefined
}

const againMs = 1_000

/** @param check returns what forbids the start; throws while something that could tell is down */
export function createStartGate(check: () => Promise<readonly string[]>, log: Log): StartGate {
  let trouble: string | undefined = 'starting'
  return {
    trouble: () => trouble,
    async wait(stop) {
      while (!stop.aborted) {
        try {
          const faults = await check()
          if (faults.length > 0) throw new StartRefused(faults)
          trouble = undefined
          return true
        } catch (error) {
          if (error instanceof StartRefused) throw error
          const words = errorMessage(error)
          if (trouble !== words) log.warn({ error }, 'the start waits for what is down')
          trouble = words
          await sleep(againMs, stop)
        }
      }
      return false
    },
  }
}
