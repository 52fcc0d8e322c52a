import { isPassing } from './is-passing.ts'
import { isRevert } from './is-revert.ts'
import { isAboutArgument, saysLacking } from './lacking-words.ts'
import type { NodeError } from './node-error.ts'

/** JSON-RPC's "method not found". */
const unknownMethodCode = -32601
/** EIP-1474's "method not supported". */
const unsupportedMethodCode = -32004

/**
 * Statuses with which gateways refuse one method. Their text must say so, because a broken path has
 * the same statuses.
 */
const refusingStatuses = [400, 401, 402, 403, 404, 405, 410, 415, 422, 500, 501]

/**
 * Whether the node lacks the method, by code and text. Only in this case another method is tried. A
 * passing failure (timeout, rate limit, overload) does not count, whatever its code.
 * @see https://github.com/hiero-ledger/hiero-json-rpc-relay/issues/3487
 */
export function lacksMethod(error: NodeError): boolean {
  const { code, message, status } = error
  if (status !== undefined && status >= 300 && !refusingStatuses.includes(status)) return false
  if (isPassing(error) || isRevert(error)) return false
  if (code === unknownMethodCode) return true
  if (code === unsupportedMethodCode && !isAboutArgument(message)) return true
  return saysLacking(message)
}
