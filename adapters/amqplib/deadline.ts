import { BusUnreachable } from '../../domain/errors.ts'
import { withTimeout } from '../../runtime/timeout.ts'

/**
 * Rejects with `BusUnreachable` when the promise is pending after `limitMs`. The effect of the call
 * may still happen.
 */
export async function beforeDeadline<T>(
  promise: Promise<T>,
  limitMs: number,
  what: string,
): Promise<T> {
  return await withTimeout(
    promise,
    limitMs,
    () => new BusUnreachable(`RabbitMQ did not ${what} within ${limitMs} ms`),
  )
}
