import { BusUnreachable } from '../../domain/errors.ts'
import { withTimeout } from '../../runtime/timeout.ts'

/**
 * The promise's own end, or `BusUnreachable` after so many milliseconds; what it was waiting for
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
