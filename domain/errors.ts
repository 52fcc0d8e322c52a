import type { Hash } from './address.ts'
import { printable } from './printable.ts'

/**
 * Adapters translate driver errors into these classes. The class name is the API. Messages hold no
 * URL and no raw transaction (MONEY 19). The driver's error holds both, so it is dropped instead of
 * kept as `cause`.
 */

/**
 * No node answered: down, too slow, overloaded, or it denies us access. Retryable, also at another
 * node.
 */
export class ChainUnreachable extends Error {
  override name = 'ChainUnreachable'
  /**
   * The response was lost (timeout, gateway error, a body too large or cut off) although the
   * endpoint may be healthy. A request with a smaller response may succeed.
   */
  readonly mayFitSmaller: boolean

  constructor(message: string, options: { readonly mayFitSmaller?: boolean } = {}) {
    super(message)
    this.mayFitSmaller = options.mayFitSmaller ?? false
  }
}

/**
 * A node answered with an error: the range is too large, the call reverts, the block is unknown to
 * it.
 */
export class ChainRefused extends Error {
  override name = 'ChainRefused'
  /** JSON-RPC error code, if the node gave one. */
  readonly code: number | undefined
  /**
   * Rejected by a gateway or a plan (HTTP 401 to 403), not by the node. Another endpoint may answer
   * the same request.
   */
  readonly turnedAway: boolean

  constructor(message: string, code?: number, options: { readonly turnedAway?: boolean } = {}) {
    super(message)
    this.code = code
    this.turnedAway = options.turnedAway ?? false
  }
}

/**
 * A node answered with impossible data (a block without a hash, a log of another block). The answer
 * is discarded.
 */
export class ChainAnswerBad extends Error {
  override name = 'ChainAnswerBad'
}

/**
 * The answer about one transaction (its receipt, its trace) cannot be read; the rest of its block
 * can. The caller handles this transaction alone and continues with the others.
 */
export class TransactionUnreadable extends ChainAnswerBad {
  override name = 'TransactionUnreadable'
  readonly hash: Hash

  constructor(hash: Hash, message: string) {
    super(message)
    this.hash = hash
  }
}

/** The node has no receipt of the transaction in its block: not there, or not yet. */
export class TransactionAbsent extends TransactionUnreadable {
  override name = 'TransactionAbsent'
  /** The other block that the receipt names. */
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

/** An endpoint serves another chain than the configuration says. It is never used. */
export class WrongChain extends Error {
  override name = 'WrongChain'
}

/**
 * MONEY 20: fewer endpoints answered within the grace time than the quorum needs. No error is
 * known, so the request is retryable. The message names endpoints by their number in `rpc`, from 1,
 * never by URL.
 */
export class QuorumShort extends Error {
  override name = 'QuorumShort'
}

/**
 * MONEY 20: two answers to one request about one block, or two hashes for one height at or below
 * finality. One endpoint lies or is broken. Neither answer is used, and no other endpoint is asked
 * instead.
 */
export class QuorumDisagrees extends Error {
  override name = 'QuorumDisagrees'
}

/** The chain changed during the read (a reorg, or a node behind the others). Retryable. */
export class ChainMoved extends Error {
  override name = 'ChainMoved'
}

/**
 * The node has no block at a height below its own head: pruned, or, behind a balancer, not there
 * yet.
 */
export class BlockMissing extends ChainMoved {
  override name = 'ChainMoved'
  readonly height: bigint

  constructor(height: bigint) {
    super(`the node has no block ${height} any more, or not yet`)
    this.height = height
  }
}

/**
 * The stored cursor or header is not the one that a scanner commit builds on. Nothing was stored.
 */
export class CursorMoved extends Error {
  override name = 'CursorMoved'
}

/** The database is down, starting, or closed the connection. Uncommitted work did not happen. */
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

/** The central database answered with an error: no table `userwallet`, no permission to read it. */
export class CentralDatabaseRefused extends Error {
  override name = 'CentralDatabaseRefused'
}

/**
 * The broker is down, blocked, or does not answer in time. The message may have arrived; publishing
 * it again is right.
 */
export class BusUnreachable extends Error {
  override name = 'BusUnreachable'
}

/**
 * The broker answered with an error: no such queue, no permission, a queue declared with other
 * options.
 */
export class BusRefused extends Error {
  override name = 'BusRefused'
}

/** Redis is down or does not answer in time. */
export class RedisUnreachable extends Error {
  override name = 'RedisUnreachable'
}

/**
 * Temporal is down or does not answer in time. It may have accepted a start; starting again is
 * right (USE_EXISTING).
 */
export class TemporalUnreachable extends Error {
  override name = 'TemporalUnreachable'
}

/**
 * Temporal answered with an error: no such namespace, a missing search attribute, no permission.
 */
export class TemporalRefused extends Error {
  override name = 'TemporalRefused'
}

/** Stands in place of a secret. */
export const hidden = '[secret]'

// A password may contain any character, also those that end a URL.
const url = /\b(?!file:)([a-z][a-z0-9+.-]{1,15}):\/\/((?:\S{0,200}@)?[^\s"'<>`\\)\]}]*)/gi
const longHex = /\b(?:0x)?[0-9a-f]{65,}/gi
const namedKey =
  /((?:key|secret|seed)["']?\s{0,8}(?:[:=]|is|of)?\s{0,8}["']?)(?:0x)?[0-9a-f]{64}(?![0-9a-f])/gi
const bareKey = /(?<![0-9a-fx])[0-9a-f]{64}(?![0-9a-f])/gi
const hash = /\b0x[0-9a-f]{64}(?![0-9a-f])/gi

interface RedactOptions {
  /** `origin`: scheme, host and port; `none`: nothing. @default 'origin' */
  readonly urls?: 'origin' | 'none'
  /** Whether 64 hex digits after `0x` may be a private key: a hash elsewhere. @default false */
  readonly hashesAreKeys?: boolean
}

/**
 * Removes secrets from text (MONEY 19). Every log line and every error goes through it. Of a URL
 * only the origin is left, because a path or query may be an API key. Hex longer than a hash (a raw
 * transaction) becomes its length. 64 hex digits are hidden without `0x`, which hashes always have,
 * and right after a word such as "key".
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
  // The last @ ends the credentials: a password may contain / or @ unescaped.
  const place = rest.slice(rest.lastIndexOf('@') + 1)
  const host = /^[^/?#]*/.exec(place)?.[0] ?? ''
  const more = place.slice(host.length)
  return `${scheme}://${host}${more === '' || more === '/' ? '' : '/…'}`
}

/** A node, a broker or a database may send megabytes of text; 300 characters of it are shown. */
const readCharacters = 8_192

/**
 * A driver's text on one line of at most 300 characters, without secrets and without URLs, whose
 * host may contain an API key.
 */
export function withoutSecrets(words: string, options: RedactOptions = {}): string {
  return redactText(printable(words.slice(0, readCharacters)), { ...options, urls: 'none' })
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}

/** The process refuses to start (MONEY 18). Lists every reason, each with its fix. */
export class StartRefused extends Error {
  override name = 'StartRefused'
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(reasons.join('; '))
    this.reasons = reasons
  }
}
