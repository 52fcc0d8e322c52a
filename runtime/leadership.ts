import { sleep } from './sleep.ts'

/** The leadership of a task, which at most one process holds at a time. */
export interface Lease {
  release(): Promise<void>
}

const askAgainMs = 2_000

/**
 * Asks for a leadership lease until stopped, and calls `work` while this process holds the lease.
 * The signal of `work` aborts when the process stops or the lease is lost; `work` must then end.
 * After a lost lease, the lease is requested again.
 * @param ask requests the lease; resolves undefined while another process leads, or after an error;
 * must not reject
 */
export async function leadUntilStopped(
  stop: AbortSignal,
  ask: (lost: () => void) => Promise<Lease | undefined>,
  work: (leading: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!stop.aborted) {
    const lost = new AbortController()
    const lease = await ask(() => lost.abort())
    if (!lease) {
      await sleep(askAgainMs, stop)
      continue
    }
    try {
      await work(AbortSignal.any([stop, lost.signal]))
    } finally {
      // An error of the release is ignored, because the lease also ends with its connection.
      await lease.release().catch(() => undefined)
    }
  }
}
