import { setTimeout } from 'node:timers/promises'

/** Longest sleep of a Node timer. A longer timer would fire at once. */
const longestMs = 2 ** 31 - 1

/** Resolves after `ms` (at most 24 days), or as soon as `stop` is aborted. Never rejects. */
export async function sleep(ms: number, stop?: AbortSignal): Promise<void> {
  const options = stop ? { signal: stop } : {}
  // Rejects only when aborted.
  await setTimeout(Math.min(ms, longestMs), undefined, options).catch(() => undefined)
}
