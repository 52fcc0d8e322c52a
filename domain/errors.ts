import type { Hash } from './address.ts'
import { printable } from './printable.ts'

/**
 * What the drivers' errors become at the adapters' edge. The class name is the API. Messages hold
 * no URL and no raw transaction (MONEY 19), and the driver's own error is not kept as cause,
 * because it does hold them.
 */

/**
 * No node gave an answer: down, too slow, overloaded, or it does not let us in. Another node, or a
 * later time, may.
 */
export class ChainUnreachable extends Error {
  override name = 'ChainUnreachable'
  /**
   * The answer did not come through (time-out, gateway error, a body that is too large or cut off)
   * while the endpoint may be well: a question with a smaller answer may be answered.
   */
  readonly mayFitSmaller: boolean

  constructor(message: string, options: { readonly mayFitSmaller?: boolean } = {}) {
    super(message)
    this.mayFitSmaller = options.mayFitSmaller ?? false
  }
}

/**
 * A node answered that it will not: the range is too large, the call reverts, the block is unknown
 * to it.
 */
export class ChainRefused extends Error {
  override name = 'ChainRefused'
  /** The JSON-RPC error code, where the node gave one. */
  readonly code: number | undefined
  /**
   * By a gateway or a plan (HTTP 401 to 403), not by the node: another endpoint may answer the same
   * question.
   */
  readonly turnedAway: boolean

  constructor(message: string, code?: number, options: { readonly turnedAway?: boolean } = {}) {
    super(message)
    this.code = code
    this.turnedAway = options.turnedAway ?? false
  }
}

/**
 * A node's answer can't be what it should be (a block without hash, a log of another block): never
 * worked with.
 */
export class ChainAnswerBad extends Error {
  override name = 'ChainAnswerBad'
}

/**
 * The answer about one transaction (its receipt, its trace) cannot be read, while the rest of its
 * block can. The caller decides about this transaction alone and goes on with the others.
 */
export class TransactionUnreadable extends ChainAnswerBad {
  override name = 'TransactionUnreadable'
  readonly hash: Hash

  constructor(hash: Hash, message: string) {
    super(message)
    this.hash = hash
  }
}

/** The node has no receipt of the transaction in its block: it is not there, or not yet. */
export class TransactionAbsent extends TransactionUnreadable {
  override name = 'TransactionAbsent'
  /** The block that its receipt names instead. */
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

/** An endpoint serves another chain than the configuration says: it is never asked for anything. */
export class WrongChain extends Error {
  override name = 'WrongChain'
}

/**
 * MONEY 20: too few endpoints answered a question that the quorum has to answer, within the grace
 * time. Nothing is known to be wrong; asking later will tell. The message names endpoints by their
 * number in `rpc`, from 1, never by URL.
 */
export class QuorumShort extends Error {
  override name = 'QuorumShort'
}

/**
 * MONEY 20: two answers to one question about one block, or two hashes for one height at or below
 * finality. One endpoint lies or is broken; nothing is built on either answer, and no other
 * endpoint is asked instead.
 */
export class QuorumDisagrees extends Error {
  override name = 'QuorumDisagrees'
}

/**
 * The chain changed while it was being read (a reorg, or a node behind the others): reading again
 * will tell.
 */
export class ChainMoved extends Error {
  override name = 'ChainMoved'
}

/**
 * The node has no block at a height below its own head: not any more, or behind a balancer not yet.
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
 * The stored cursor or header is not the one that a commit of the scanner builds on: nothing was
 * stored.
 */
export class CursorMoved extends Error {
  override name = 'CursorMoved'
}

/**
 * The database is away, starting, or has closed the connection. What was not committed did not
 * happen.
 */
export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable'
}

/** The database answered with an error. */
export class DatabaseRefused extends Error {
  override name = 'DatabaseRefused'
  /** SQLSTATE, e.g. `23505` unique violation, `55P03` lock not had in time. */
  readonly code: string
  readonly constraint: string | undefined

  constructor(message: string, code: string, constraint?: string) {
    super(message)
    this.code = code
    this.constraint = constraint
  }
}

/**
 * The exchange's central database is away. Only what depends on it waits: new wallets, and
 * signatures.
 */
export class CentralDatabaseUnreachable extends Error {
  override name = 'CentralDatabaseUnreachable'
}

/** The central database answered with an error: no table `userwallet`, no right to read it. */
export class CentralDatabaseRefused extends Error {
  override name = 'CentralDatabaseRefused'
}

/**
 * The broker is away, blocked, or does not answer in time. Whether a message arrived is unknown:
 * sending it again is right.
 */
export class BusUnreachable extends Error {
  override name = 'BusUnreachable'
}

/**
 * The broker answered that it will not: no such queue, no right to it, a queue declared otherwise.
 */
export class BusRefused extends Error {
  override name = 'BusRefused'
}

/** Redis is away or does not answer in time. */
export class RedisUnreachable extends Error {
  override name = 'RedisUnreachable'
}

/**
 * Temporal is away or does not answer in time. Whether it took a start is unknown: starting again
 * is right (USE_EXISTING).
 */
export class TemporalUnreachable extends Error {
  override name = 'TemporalUnreachable'
}

/** Temporal answered that it will not: no such namespace, a search attribute it lacks, no right. */
export class TemporalRefused extends Error {
  override name = 'TemporalRefused'
}

/** A node, a broker or a database may say megabytes; the first 300 characters are shown. */
const readCharacters = 8_192

/**
 * URLs and bytes longer than a hash out of a driver's words: the first carry API keys, the second
 * signed transactions.
 */
export function withoutSecrets(words: string): string {
  return printable(words.slice(0, readCharacters))
    .replace(/\b(?:https?|wss?|postgres(?:ql)?|amqps?|rediss?):\/\/\S+/gi, '<url>')
    .replace(/(?:0x)?[0-9a-fA-F]{65,}/g, '<bytes>')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}

/**
 * The process must not start like this (MONEY 18): every reason at once, each with what mends it.
 */
export class StartRefused extends Error {
  override name = 'StartRefused'
  readonly reasons: readonly string[]

  constructor(reasons: readonly string[]) {
    super(reasons.join('; '))
    this.reasons = reasons
  }
}
