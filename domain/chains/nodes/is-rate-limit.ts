import { ChainRefused, ChainUnreachable } from '../../errors.ts'

const tooManyRequests = 429
const rate =
  /\brate\b|rate.?limit|per (?:second|minute|day)|quota|credits?\b|capacity|throughput|compute units|throttl|too many (?:requests|connections|concurrent|calls|queries)|requests? (?:limit|count|rate|exceeded)|(?:limit|count|number|max(?:imum)?(?: allowed)?) (?:of )?requests|HTTP 429/i

/**
 * Whether the endpoint has had too many questions from us: smaller ones are more of them. A bare
 * "limit exceeded" is no such answer, because nodes of BNB Smart Chain say so of a range that is
 * too wide.
 * @param error translated
 */
export function isRateLimit(error: unknown): boolean {
  if (error instanceof ChainUnreachable) return rate.test(error.message)
  if (!(error instanceof ChainRefused)) return false
  return error.code === tooManyRequests || rate.test(error.message)
}
