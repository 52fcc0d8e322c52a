import { BusRefused, BusUnreachable, withoutSecrets } from '../../domain/errors.ts'
import { BadInput } from '../../domain/money-errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'

const own = [BusRefused, BusUnreachable, BadInput]

/**
 * AMQP reply codes with which the broker refuses a request. An unchanged retry gets the same code.
 */
const refusals = new Set([
  402, // invalid path: the virtual host
  403, // access refused
  404, // no such queue, exchange or virtual host
  405, // locked by another connection
  406, // declared with other properties
  530, // not allowed
])

/**
 * Translates amqplib's errors. Our own errors are returned unchanged. A lost channel or socket
 * becomes `BusUnreachable`.
 */
export function translateBusError(error: unknown): Error {
  if (own.some((kind) => error instanceof kind)) return error as Error
  const words = withoutSecrets(errorMessage(error))
  const code = replyCode(error)
  if (code === 406) {
    const fix = 'delete it once it is empty, or set another RABBITMQ_PREFIX'
    return new BusRefused(`queue or exchange exists with other properties: ${words}; ${fix}`)
  }
  if (code !== undefined && refusals.has(code)) return new BusRefused(`RabbitMQ refused: ${words}`)
  return new BusUnreachable(`RabbitMQ could not be reached: ${words || 'no reason given'}`)
}

/** The code of an AMQP error; undefined for a socket's error, whose code is text. */
export function replyCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}
