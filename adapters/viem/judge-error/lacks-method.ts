import { isPassing } from './is-passing.ts'
import { isRevert } from './is-revert.ts'
import type { NodeError } from './node-error.ts'

/** JSON-RPC's "method not found". */
const unknownMethodCode = -32601
/** EIP-1474's "method not supported". */
const unsupportedMethodCode = -32004

/** Statuses with which gateways refuse one method; their text must say so, since a broken path has the same ones. */
const refusingStatuses = [400, 401, 402, 403, 404, 405, 410, 415, 422, 500, 501]

const methodWord = String.raw`(?:\b(?:rpc |json-rpc )?(?:methods?|apis?|namespace|module|endpoint|rpc call)\b|\b[a-z]{2,12}_[a-z]{3,60}\b)`
const lackingWord =
  '(?:not (?:be |yet )?(?:found|supported|available|allowed|whitelisted|white-listed|enabled|exist|implemented|permitted|included|exposed|defined|recognized|recognised|authorized)|does(?: not|n.?t) exist|(?:is|are)? ?(?:disabled|unsupported|unavailable|unknown|restricted|blocked|forbidden|blacklisted|deprecated|unrecognized)|no longer (?:supported|available))'

/** "method eth_x not found", "eth_x is disabled". No other sentence is between the two. */
const methodFirst = new RegExp(`${methodWord}[^.;]{0,100}?${lackingWord}`, 'i')
/** "unsupported method: eth_x", "no such method". */
const lackFirst =
  /\b(?:unsupported|unknown|no such|undefined|invalid|unrecogni[sz]ed|disabled|forbidden|restricted|deprecated|not (?:supported|allowed|implemented|available)|cannot find|can't find|could not find|does(?:n't| not) (?:support|have|implement|allow)|no access to|not have access to)\b[^.;]{0,30}?\b(?:(?:json-?)?rpc )?(?:methods?|namespace|api call|rpc call|[a-z]{2,12}_[a-z]{3,60})\b/i
/** Some clients answer these words alone. */
const bareWords = /^(?:error: ?)?(?:not implemented|unsupported operation|unimplemented)\.?$/i

/** Other things that are "not found": the method exists where its argument or its block does not. */
const otherSubject =
  /\b(?:parameters?|params|arguments?|header|block|transaction|receipt|state|account|filter|trie node|tag|contract|function|selector)\b[^.;]{0,40}?(?:not found|not available|not exist|n.?t exist|unknown|unsupported|not supported|invalid)|\binvalid (?:parameters?|params|argument)/i

/**
 * Whether the node does not have the method at all, by code and text: only then is it asked something else instead. A
 * passing failure (time-out, rate limit, overload) is no lack, under whatever code.
 * @see https://github.com/hiero-ledger/hiero-json-rpc-relay/issues/3487
 */
export function lacksMethod(error: NodeError): boolean {
  const { code, message, status } = error
  if (status !== undefined && status >= 300 && !refusingStatuses.includes(status)) return false
  if (isPassing(error) || isRevert(error)) return false
  if (code === unknownMethodCode) return true
  if (code === unsupportedMethodCode && !otherSubject.test(message)) return true
  if (bareWords.test(message)) return true
  if (lackFirst.test(message)) return true
  return methodFirst.test(message) && !otherSubject.test(message)
}
