import { sleep } from './sleep.ts'

export interface Lease {
  release(): Promise<void>
}

const askAgainMs = 2_000

/**
 * Asks for the lease until stopped, and works while it is held. `work` must end when its signal is
 * aborted, because the process stops or the lease is lost. After a lost lease, the lease is
 * requested again.
 * @param ask resolves undefined while another process leads, or after an error; must not reject
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
