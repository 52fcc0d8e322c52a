import type { Loop } from '../../../domain/loop.ts'

/** Runs a loop until the answer is called, which resolves when it has ended. */
export function runLoop(loop: Loop): () => Promise<void> {
  const stop = new AbortController()
  const running = loop.run(stop.signal)
  return async () => {
    stop.abort()
    await running
  }
}
