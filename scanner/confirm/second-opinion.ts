import { withTimeout } from '../../runtime/timeout.ts'

const longestWaitMs = 3_000
const restMs = 60_000

/**
 * Asks another endpoint in addition to the one in use. Never delays the scan: see
 * `createSecondOpinion`.
 */
export interface SecondOpinion {
  /** @returns undefined without an answer in time, or while the endpoint is not asked */
  of<T>(question: () => Promise<T | undefined>): Promise<T | undefined>
}

/** After a slow answer or none, an endpoint is not asked for a minute. */
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
