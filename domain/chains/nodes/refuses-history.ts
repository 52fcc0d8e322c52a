import { ChainRefused } from '../../errors.ts'
import { isRateLimit } from './is-rate-limit.ts'

const history = /\barchiv(?:e|al)\b|\bprun(?:ed|ing)\b|\bhistor(?:y|ical)\b/i

/**
 * Whether the endpoint answers a question about newer blocks only: it keeps no older state or logs,
 * or its plan excludes them.
 * @param error translated
 */
export function refusesHistory(error: unknown): boolean {
  if (!(error instanceof ChainRefused) || isRateLimit(error)) return false
  return error.turnedAway || history.test(error.message)
}
