import { isTransient } from './is-transient.ts'
import type { NodeError } from './node-error.ts'

/**
 * HTTP statuses with which gateways answer a request outside the caller's plan, and also a request
 * with a wrong key.
 */
const planStatuses = [401, 402, 403]

/**
 * Words for features that plans exclude. An error about a wrong, expired or missing key has none of
 * these words: it concerns the caller, not the request.
 */
const planWords =
  /\barchiv(?:e|al)\b|\bhistor(?:y|ical)\b|\b(?:debug|trac(?:e|es|ing|ers?))\b|\bmethods?\b|\bstate\b|\b(?:current|your|free|this|paid|higher) (?:plan|tier)\b|\bpersonal token\b|\b(?:debug|trace|eth)_[a-z]{3,60}\b/i

/**
 * Whether a gateway refuses this request for good, because the caller's plan excludes it (old
 * state, old logs, traces), while the gateway answers other requests. Any other JSON-RPC error with
 * one of these statuses means that the endpoint rejects the caller.
 */
export function isOutsidePlan(error: NodeError | undefined): boolean {
  if (error?.status === undefined || !planStatuses.includes(error.status)) return false
  return planWords.test(error.message) && !isTransient(error)
}
