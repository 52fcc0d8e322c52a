import { saysLacking } from './lacking-words.ts'
import type { NodeError } from './node-error.ts'

/** HTTP statuses that concern the moment or the caller, not the request. */
const transientStatuses = [408, 425, 429, 502, 503, 504]

/** HTTP's "too many requests" as a JSON-RPC code. */
const tooManyRequests = 429
/**
 * EIP-1474's "limit exceeded" and "resource unavailable". Some gateways also return these codes for
 * requests that they never answer.
 */
const transientCodes = [-32005, -32002]
const never = /\barchiv(?:e|al)\b/i

const transientText =
  /rate.?limit|limit exceeded|limit (?:was |is )?reached|quota|credits?\b|capacity|too many (?:requests|connections|concurrent|calls|queries)|throttl|timed[ -]?out|time[ -]?out|busy|overload|temporar|try again|retry|maintenance|syncing|not ready|not yet (?!supported|implemented|available)|starting|currently un|at this time|at the moment|bad gateway|no healthy|upstream (?:error|connect|request)|connection (?:reset|refused)/i

/**
 * Whether the node may answer the same request a moment later: a timeout, a rate limit, overload, a
 * node that is starting.
 */
export function isTransient({ code, message, status }: NodeError): boolean {
  if (status !== undefined && transientStatuses.includes(status)) return true
  if (code === tooManyRequests || transientText.test(message)) return true
  if (code === undefined || !transientCodes.includes(code)) return false
  return !saysLacking(message) && !never.test(message)
}
