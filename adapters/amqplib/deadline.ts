import { BusUnreachable } from '../../domain/errors.ts'

/**
 * The promise's own end, or `BusUnreachable` after so many milliseconds; what it was waiting for
 * may still happen.
 */
export async function beforeDeadline<T>(
  promise: Promise<T>,
  limitMs: number,
  what: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BusUnreachable(`RabbitMQ did not ${what} within ${limitMs} ms`)),
      limitMs,
    )
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
