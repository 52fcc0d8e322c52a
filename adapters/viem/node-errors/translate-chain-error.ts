import { BaseError, HttpRequestError, RpcRequestError, TimeoutError } from 'viem'
import { ChainRefused, ChainUnreachable, withoutSecrets } from '../../../domain/errors.ts'
import { errorMessage } from '../../../runtime/error-message.ts'
import { isOutsidePlan } from './is-outside-plan.ts'
import { nodeErrorOf } from './node-error.ts'

/**
 * HTTP statuses with which providers refuse one request (too large, malformed). Other statuses do
 * not concern the request.
 */
const refusingStatuses = [400, 413, 422]

/** Statuses that concern the caller or the moment, even when the body is a JSON-RPC error. */
const callerStatuses = [401, 402, 403, 429, 502, 503, 504]

/**
 * Statuses with which a gateway gives up on a node that is slow or answers too much (52x:
 * Cloudflare's).
 */
const gatewayStatuses = [408, 502, 503, 504, 520, 522, 524]

const atGateway = (status = 200) => ({ mayFitSmaller: gatewayStatuses.includes(status) })

/**
 * Translates an error of viem to `ChainRefused` or `ChainUnreachable`. Only the kind and the node's
 * text are kept, because the error's message, body and cause contain RPC URLs and raw transactions
 * (MONEY 19). Other errors (coldsweep's own, bugs) are returned unchanged.
 */
export function translateChainError(error: unknown): unknown {
  if (!(error instanceof BaseError)) return error
  // The transport threw this error, and viem wrapped it.
  const ours = error.walk((e) => e instanceof ChainUnreachable)
  if (ours instanceof ChainUnreachable) return ours
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  if (rpc instanceof RpcRequestError) {
    const code = Number.isFinite(rpc.code) ? rpc.code : undefined
    const told = `the node answered "${withoutSecrets(rpc.details)}"`
    const words = code === undefined ? told : `${told} (${code})`
    if (!callerStatuses.includes(rpc.status ?? 200)) return new ChainRefused(words, code)
    const withStatus = `${words} with HTTP ${rpc.status}`
    const outsidePlan = isOutsidePlan(nodeErrorOf(rpc))
    return outsidePlan
      ? new ChainRefused(withStatus, code, { outsidePlan })
      : new ChainUnreachable(withStatus, atGateway(rpc.status))
  }
  if (error.walk((e) => e instanceof TimeoutError)) {
    return new ChainUnreachable('the node did not answer in time', { mayFitSmaller: true })
  }
  const http = error.walk((e) => e instanceof HttpRequestError)
  if (http instanceof HttpRequestError) {
    if (http.status === undefined) {
      return new ChainUnreachable(
        `no usable answer from the node: ${connectionWords(http.cause ?? http)}`,
      )
    }
    const words = `the node answered HTTP ${http.status} ${withoutSecrets(http.details)}`
    return refusingStatuses.includes(http.status)
      ? new ChainRefused(words)
      : new ChainUnreachable(words, atGateway(http.status))
  }
  return new ChainRefused(withoutSecrets(error.details || error.shortMessage))
}

/**
 * Returns the socket's code (ECONNREFUSED, ENOTFOUND) of a failed connection, because the message
 * of fetch is only "fetch failed" or "terminated". Without a code, returns the message.
 */
export function connectionWords(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code) return String(code)
  }
  return withoutSecrets(errorMessage(error))
}
