import { BaseError, HttpRequestError, RpcRequestError, TimeoutError } from 'viem'
import { ChainRefused, ChainUnreachable, withoutSecrets } from '../../domain/errors.ts'

/** HTTP statuses with which providers refuse one request (too large, malformed); any other says nothing about it. */
const refusingStatuses = [400, 413, 422]

/** Statuses that mean "not you, not now" even when the body is a JSON-RPC error. */
const turnedAwayStatuses = [401, 403, 429, 502, 503, 504]

/**
 * viem's errors carry RPC URLs and raw transactions in message, body and cause (MONEY 19): only the kind and the node's
 * own words go on. What is not viem's (our own errors, a bug) comes back as it is.
 */
export function translateChainError(error: unknown): unknown {
  if (!(error instanceof BaseError)) return error
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  if (rpc instanceof RpcRequestError) {
    const words = `the node answered "${withoutSecrets(rpc.details)}" (${rpc.code})`
    return turnedAwayStatuses.includes(rpc.status ?? 200)
      ? new ChainUnreachable(`${words} with HTTP ${rpc.status}`)
      : new ChainRefused(words, rpc.code)
  }
  if (error.walk((e) => e instanceof TimeoutError)) {
    return new ChainUnreachable('the node did not answer in time')
  }
  const http = error.walk((e) => e instanceof HttpRequestError)
  if (http instanceof HttpRequestError) {
    if (http.status === undefined) {
      return new ChainUnreachable(`no usable answer from the node: ${connectionWords(http)}`)
    }
    const words = `the node answered HTTP ${http.status} ${withoutSecrets(http.details)}`
    return refusingStatuses.includes(http.status)
      ? new ChainRefused(words)
      : new ChainUnreachable(words)
  }
  return new ChainRefused(withoutSecrets(error.details || error.shortMessage))
}

/** fetch says only "fetch failed"; the socket's code (ECONNREFUSED, ENOTFOUND) is what helps. */
function connectionWords(error: HttpRequestError): string {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code) return code
  }
  return withoutSecrets(error.details || error.shortMessage)
}
