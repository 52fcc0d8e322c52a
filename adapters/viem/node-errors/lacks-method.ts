import { isRevert } from './is-revert.ts'
import { isTransient } from './is-transient.ts'
import { isAboutArgument, saysLacking } from './lacking-words.ts'
import type { NodeError } from './node-error.ts'

/** JSON-RPC's "method not found". */
const unknownMethodCode = -32601
/** EIP-1474's "method not supported". */
const unsupportedMethodCode = -32004

/**
 * HTTP statuses with which gateways refuse one method. The error text must say so too, because a
 * broken path has the same statuses.
 */
const refusingStatuses = [400, 401, 402, 403, 404, 405, 410, 415, 422, 500, 501]

/**
 * Whether the node lacks the method, by the error's code and text. Callers try another method only
 * in this case. A temporary failure (timeout, rate limit, overload) does not count, whatever its
 * code.
 * @see https://github.com/hiero-ledger/hiero-json-rpc-relay/issues/3487
 */
export function lacksMethod(error: NodeError): boolean {
  const { code, message, status } = error
  if (status !== undefined && status >= 300 && !refusingStatuses.includes(status)) return false
  if (isTransient(error) || isRevert(error)) return false
  if (code === unknownMethodCode) return true
  if (code === unsupportedMethodCode && !isAboutArgument(message)) return true
  return saysLacking(message)
}
