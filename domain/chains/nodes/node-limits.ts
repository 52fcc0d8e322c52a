import { ChainRefused, ChainUnreachable } from '../../errors.ts'

const tooManyRequests = 429
const rate =
  /\brate\b|rate.?limit|per (?:second|minute|day)|quota|credits?\b|capacity|throughput|compute units|throttl|too many (?:requests|connections|concurrent|calls|queries)|requests? (?:limit|count|rate|exceeded)|(?:limit|count|number|max(?:imum)?(?: allowed)?) (?:of )?requests|HTTP 429/i

/**
 * Returns whether the error is a limit on the number of requests. Smaller requests do not help
 * then, because there would be more of them. A bare "limit exceeded" does not count: nodes of BNB
 * Smart Chain answer it when a range is too wide.
 * @param error an error that the adapter has already translated
 */
export function isRateLimit(error: unknown): boolean {
  if (error instanceof ChainUnreachable) return rate.test(error.message)
  if (!(error instanceof ChainRefused)) return false
  return error.code === tooManyRequests || rate.test(error.message)
}

/** Codes for too large a response: -32008 of reth and other jsonrpsee nodes, -32003 of geth. */
const tooLargeCodes = [-32008, -32003]
const size =
  /too (large|big|long|much|many (results|logs))|(more|greater|larger) than|exceed|oversize|size|http 413/i
const time = /time(d)?[ -]?out|deadline|aborted|took too long/i

/**
 * Returns whether the endpoint may answer a smaller request: the response was too large or took too
 * long for coldsweep, for a gateway or for the node. A rate limit does not count.
 * @param error an error that the adapter has already translated
 */
export function asksTooMuch(error: unknown): boolean {
  if (error instanceof ChainUnreachable) return error.mayFitSmaller
  if (!(error instanceof ChainRefused)) return false
  const { code, message } = error
  if (tooLargeCodes.includes(code ?? 0)) return true
  return (size.test(message) || time.test(message)) && !isRateLimit(error)
}

const history = /\barchiv(?:e|al)\b|\bprun(?:ed|ing)\b|\bhistor(?:y|ical)\b/i

/**
 * Returns whether the endpoint answers only for newer blocks: it keeps no older state or logs, or
 * the customer's plan excludes them. Any refusal with HTTP 401 to 403 counts.
 * @param error an error that the adapter has already translated
 */
export function refusesHistory(error: unknown): boolean {
  if (!(error instanceof ChainRefused) || isRateLimit(error)) return false
  return error.outsidePlan || history.test(error.message)
}

const smallestLimit = 50

/**
 * Returns whether a list with this many entries may be cut off. Some nodes cut a list at their
 * limit and report no error (hiero-json-rpc-relay #673, vechain #1049, smartbch #54). Such limits
 * are powers of two, a digit and then zeros (100, 2,000), or a digit, a 5 and then zeros (250,
 * 1,500). Below 100, only 50 and 64 count.
 */
export function mayBeCut(count: number): boolean {
  if (count < smallestLimit) return false
  if ((count & (count - 1)) === 0) return true
  const magnitude = 10 ** (String(count).length - 1)
  return count % (count < 100 ? magnitude * 5 : magnitude / 2) === 0
}

/**
 * Number of newest blocks whose state coldsweep expects from a full node. Full nodes keep 128; the
 * other 32 are a reserve for blocks that arrive during the reads.
 */
export const keptStates = 96n
