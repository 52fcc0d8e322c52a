import { ChainRefused, ChainUnreachable } from '../../errors.ts'
import { isRateLimit } from './is-rate-limit.ts'

/** reth and other jsonrpsee nodes, and geth, for an answer above their own limit. */
const tooLargeCodes = [-32008, -32003]
const size =
  /too (large|big|long|much|many (results|logs))|(more|greater|larger) than|exceed|oversize|size|http 413/i
const time = /time(d)?[ -]?out|deadline|aborted|took too long/i

/**
 * Whether the endpoint may answer a smaller question where it did not answer this one: its answer
 * was too large or took too long, for us, for a gateway, or by the node's own limit. A rate limit
 * is another matter: smaller questions are more of them.
 * @param error translated
 */
export function asksTooMuch(error: unknown): boolean {
  if (error instanceof ChainUnreachable) return error.mayFitSmaller
  if (!(error instanceof ChainRefused)) return false
  const { code, message } = error
  if (tooLargeCodes.includes(code ?? 0)) return true
  return (size.test(message) || time.test(message)) && !isRateLimit(error)
}
