import type { Loop } from '../../../runtime/loop.ts'

/** Runs a loop. The returned function stops it and resolves when it has ended. */
export function runLoop(loop: Loop): () => Promise<void> {
  const stop = new AbortController()
  const running = loop.run(stop.signal)
  return async () => {
    stop.abort()
    await running
  }
}
