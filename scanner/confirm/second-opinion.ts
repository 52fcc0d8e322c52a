import { withTimeout } from '../../runtime/timeout.ts'

const longestWaitMs = 3_000
const restMs = 60_000

/**
 * Asks another endpoint in addition to the endpoint in use. Each question delays the scan by at
 * most three seconds.
 */
export interface SecondOpinion {
  /** @returns undefined if no answer came in time, or while the other endpoint is not asked */
  of<T>(question: () => Promise<T | undefined>): Promise<T | undefined>
}

/**
 * Creates a second opinion. After a slow or missing answer, the other endpoint is not asked for a
 * minute.
 */
export function createSecondOpinion({
  waitMs = longestWaitMs,
  now = () => performance.now(),
} = {}): SecondOpinion {
  let restsUntil = 0
  return {
    async of(question) {
      if (now() < restsUntil) return undefined
      const answer = await withTimeout(question(), waitMs, () => undefined)
      if (answer === undefined) restsUntil = now() + restMs
      return answer
    },
  }
}
