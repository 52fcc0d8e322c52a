import type { Hash } from './address.ts'
import { printable } from './printable.ts'

/**
 * Errors of nodes, databases, broker, Redis and Temporal. Adapters translate driver errors into
 * these classes. Callers may rely on the class names. Messages contain no URL and no raw
 * transaction (MONEY 19). A driver's error may contain both, so the adapter does not keep it as
 * `cause`.
 */

/**
 * No node answered: the node is down, too slow or overloaded, or denies access. Retryable, also
 * with another node.
 */
export class ChainUnreachable extends Error {
  override name = 'ChainUnreachable'
  /**
   * Whether the response was lost (timeout, gateway error, a body too large or cut off) although
   * the endpoint may be healthy. A request with a smaller response may then succeed.
   */
  readonly mayFitSmaller: boolean

  constructor(message: string, options: { readonly mayFitSmaller?: boolean } = {}) {
    super(message)
    this.mayFitSmaller = options.mayFitSmaller ?? false
  }
}

/**
 * A node answered with an error: for example, the range is too large, the call reverts, or the node
 * does not know the block.
 */
export class ChainRefused extends Error {
  override name = 'ChainRefused'
  /** JSON-RPC error code, if the node gave one. */
  readonly code: number | undefined
  /**
   * Whether a gateway, or the limits of the customer's plan, rejected the request (HTTP 401 to
   * 403), and not the node. Another endpoint may answer the same request.
   */
  readonly outsidePlan: boolean

  constructor(message: string, code?: number, options: { readonly outsidePlan?: boolean } = {}) {
    super(message)
    this.code = code
    this.outsidePlan = options.outsidePlan ?? false
  }
}

/**
 * A node answered with impossible data, such as a block without a hash or a log of another block.
 * The answer is discarded.
 */
export class ChainAnswerBad extends Error {
  override name = 'ChainAnswerBad'
}

/**
 * The answer about one transaction (its receipt, its trace) cannot be read, but the rest of the
 * block can. The caller handles this transaction separately and continues with the others.
 */
export class TransactionUnreadable extends ChainAnswerBad {
  override name = 'TransactionUnreadable'
  readonly hash: Hash

  constructor(hash: Hash, message: string) {
    super(message)
    this.hash = hash
  }
}

/**
 * The node has no receipt (or not yet) for a transaction that a block lists, or the receipt names
 * another block.
 */
export class TransactionAbsent extends TransactionUnreadable {
  override name = 'TransactionAbsent'
  /** The other block that the receipt names; undefined without a receipt. */
  readonly minedIn: { readonly number: bigint; readonly hash: Hash } | undefined

  constructor(
    hash: Hash,
    message: string,
    minedIn?: { readonly number: bigint; readonly hash: Hash },
  ) {
    super(hash, message)
    this.minedIn = minedIn
  }
}

/** An endpoint serves another chain than the configured one. The endpoint is never used. */
export class WrongChain extends Error {
  override name = 'WrongChain'
}

/**
 * MONEY 20: fewer endpoints answered within the grace time than the quorum needs. The answers do
 * not contradict each other, so the request is retryable. The message names an endpoint by its
 * number in `rpc`, counted from 1, never by URL.
 */
export class QuorumShort extends Error {
  override name = 'QuorumShort'
}

/**
 * MONEY 20: two endpoints gave different answers about one block, or different hashes for one final
 * height. At least one endpoint is wrong. Neither answer is used, and no other endpoint is asked
 * instead.
 */
export class QuorumDisagrees extends Error {
  override name = 'QuorumDisagrees'
}

/** The chain changed during the read: a reorg, or an answer of a node that lags. Retryable. */
export class ChainMoved extends Error {
  override name = 'ChainMoved'
}

/**
 * The node has no block at a height below its own head. It has pruned the block, or a load balancer
 * routed the request to a node that does not have the block yet.
 */
export class BlockMissing extends ChainMoved {
  override name = 'ChainMoved'
  readonly height: bigint

  constructor(height: bigint) {
    super(`the node has no block ${height}: it is pruned, or the node lags`)
    this.height = height
  }
}

/**
 * The scanner's write builds on a cursor or header that is no longer the stored one. Nothing was
 * stored.
 */
export class CursorMoved extends Error {
  override name = 'CursorMoved'
}

/** The database is down, is starting, or closed the connection. Uncommitted work is rolled back. */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable'
}

/** The database answered with an error. */
export class DatabaseRefused extends Error {
  override name = 'DatabaseRefused'
  /** SQLSTATE, e.g. `23505` unique violation, `55P03` lock timeout. */
  readonly code: string
  readonly constraint: string | undefined

  constructor(message: string, code: string, constraint?: string) {
    super(message)
    this.code = code
    this.constraint = constraint
  }
}

/** The exchange's central database is down. Only new wallets and signatures wait for it. */
export class CentralDatabaseUnreachable extends Error {
  override name = 'CentralDatabaseUnreachable'
}

/**
 * The central database answered with an error: for example, it has no table `userwallet`, or denies
 * permission to read it.
 */
export class CentralDatabaseRefused extends Error {
  override name = 'CentralDatabaseRefused'
}

/**
 * The broker is down, blocked, or does not answer in time. The message may have arrived. Retryable:
 * consumers tolerate a message that is published twice.
 */
export class BusUnreachable extends Error {
  override name = 'BusUnreachable'
}

/**
 * The broker answered with an error: for example, the queue does not exist, permission is missing,
 * or the queue was declared with other options.
 */
export class BusRefused extends Error {
  override name = 'BusRefused'
}

/** Redis is down or does not answer in time. */
export class RedisUnreachable extends Error {
  override name = 'RedisUnreachable'
}

/**
 * Temporal is down or does not answer in time. It may have accepted the start of a workflow.
 * Retryable: a second start finds the first (USE_EXISTING).
 */
export class TemporalUnreachable extends Error {
  override name = 'TemporalUnreachable'
}

/**
 * Temporal answered with an error: for example, the namespace or a search attribute does not exist,
 * or permission is missing.
 */
export class TemporalRefused extends Error {
  override name = 'TemporalRefused'
}

/** Text that replaces a secret. */
export const hidden = '[secret]'

// A password may contain any character, including those that end a URL.
const url = /\b(?!file:)([a-z][a-z0-9+.-]{1,15}):\/\/((?:\S{0,200}@)?[^\s"'<>`\\)\]}]*)/gi
const longHex = /\b(?:0x)?[0-9a-f]{65,}/gi
const namedKey =
  /((?:key|secret|seed)["']?\s{0,8}(?:[:=]|is|of)?\s{0,8}["']?)(?:0x)?[0-9a-f]{64}(?![0-9a-f])/gi
const bareKey = /(?<![0-9a-fx])[0-9a-f]{64}(?![0-9a-f])/gi
const hash = /\b0x[0-9a-f]{64}(?![0-9a-f])/gi

interface RedactOptions {
  /** Part of a URL that is kept: `origin` keeps scheme, host and port. @default 'origin' */
  readonly urls?: 'origin' | 'none'
  /** Hides `0x` and 64 hex digits, which otherwise count as a hash. @default false */
  readonly hashesAreKeys?: boolean
}

/**
 * Removes secrets from text (MONEY 19). All log lines and errors pass through this function.
 * - URL: only the origin is kept, because a path or a query may be an API key.
 * - Hex longer than a hash (a raw transaction): replaced by its length.
 * - 64 hex digits: hidden if they have no `0x`, or if they follow a word such as "key". Hashes
 *   always have `0x`.
 */
export function redactText(text: string, options: RedactOptions = {}): string {
  const { urls = 'origin', hashesAreKeys = false } = options
  const redacted = text
    .replace(url, (_whole, scheme: string, rest: string) =>
      urls === 'none' ? '<url>' : originOf(scheme, rest),
    )
    .replace(longHex, (hex) => `[${Math.ceil(hex.replace(/^0x/i, '').length / 2)} bytes]`)
    .replace(namedKey, `$1${hidden}`)
    .replace(bareKey, hidden)
  return hashesAreKeys ? redacted.replace(hash, hidden) : redacted
}

function originOf(scheme: string, rest: string): string {
  // Credentials end at the last @, because a password may contain an unescaped / or @.
  const place = rest.slice(rest.lastIndexOf('@') + 1)
  const host = /^[^/?#]*/.exec(place)?.[0] ?? ''
  const more = place.slice(host.length)
  return `${scheme}://${host}${more === '' || more === '/' ? '' : '/…'}`
}

/**
 * Number of characters of a driver's text that are searched for secrets. A node, a broker or a
 * database may send megabytes, of which at most 300 characters are shown.
 */
const readCharacters = 8_192

/**
 * Returns a driver's text in one line of at most 300 characters, without secrets. URLs are removed
 * completely, because a host name may contain an API key.
 */
export function withoutSecrets(words: string, options: RedactOptions = {}): string {
  return redactText(printable(words.slice(0, readCharacters)), { ...options, urls: 'none' })
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}

/** The process refuses to start (MONEY 18). `reasons` lists every error with its fix. */
export class StartRefused extends Error {
  override name = 'StartRefused'
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(reasons.join('; '))
    this.reasons = reasons
  }
}
