import { saysLacking } from './lacking-words.ts'
import type { NodeError } from './node-error.ts'

/** Statuses that concern the moment or the caller, not the request. */
const passingStatuses = [408, 425, 429, 502, 503, 504]

/** HTTP's "too many requests" as a JSON-RPC code. */
const tooManyRequests = 429
/**
 * EIP-1474's "limit exceeded" and "resource unavailable", which some gateways also return for
 * requests that they never answer.
 */
const passingCodes = [-32005, -32002]
const never = /\barchiv(?:e|al)\b/i

const passingText =
  /rate.?limit|limit exceeded|limit (?:was |is )?reached|quota|credits?\b|capacity|too many (?:requests|connections|concurrent|calls|queries)|throttl|timed[ -]?out|time[ -]?out|busy|overload|temporar|try again|retry|maintenance|syncing|not ready|not yet (?!supported|implemented|available)|starting|currently un|at this time|at the moment|bad gateway|no healthy|upstream (?:error|connect|request)|connection (?:reset|refused)/i

/**
 * Whether the node may answer the same request a moment later: a timeout, a rate limit, overload, a
 * node that is starting.
 */
export function isPassing({ code, message, status }: NodeError): boolean {
  if (status !== undefined && passingStatuses.includes(status)) return true
  if (code === tooManyRequests || passingText.test(message)) return true
  if (code === undefined || !passingCodes.includes(code)) return false
  return !saysLacking(message) && !never.test(message)
}
