import { promisify } from 'node:util'

const sleep = promisify(setTimeout)

interface Waiting {
  /** The awaited condition, for the error text: "PostgreSQL on port 23114 to answer". */
  what: string
  limitMs: number
  everyMs?: number
  /** Returns a reason to stop waiting, such as the end of the process that should answer. */
  abort?: () => string | undefined
}

/**
 * Repeats `attempt` until it does not throw, and returns its result.
 * @throws Error with the awaited condition, the waiting time and the last attempt's error
 */
export async function waitUntil<T>(attempt: () => Promise<T>, waiting: Waiting): Promise<T> {
  const end = Date.now() + waiting.limitMs
  for (;;) {
    const reason = waiting.abort?.()
    if (reason !== undefined) throw new Error(`waited for ${waiting.what}: ${reason}`)
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() >= end) {
        const last = error instanceof Error ? error.message : String(error)
        throw new Error(`waited ${waiting.limitMs / 1000} s for ${waiting.what}: ${last}`)
      }
    }
    await sleep(waiting.everyMs ?? 100)
  }
}
