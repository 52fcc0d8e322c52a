import { smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { isRateLimit } from '../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import { suggestedWidth } from './suggested-width.ts'

/** Heights, both included. */
export interface Heights {
  readonly from: bigint
  readonly to: bigint
}

export interface Piece<T> {
  readonly result: T
  /** Last height of the piece. */
  readonly to: bigint
}

type Alive = Pick<ChainReader, 'head'>
type Read<T> = (from: bigint, to: bigint) => Promise<T>

/**
 * Reads heights in pieces whose width adapts to the nodes. A failure that fewer blocks may avoid (a
 * refusal, a gateway's 504, a timeout, a broken or oversized body) makes the next piece narrower.
 * Successes make the pieces wider. Two kinds of failure do not narrow the pieces: a node that is
 * down (it does not return its head either), and a rate limit, which counts requests, not blocks. A
 * failure of a single block is thrown to the caller.
 */
export interface AdaptiveRange {
  /**
   * Tries the piece that begins at `from` once.
   * @throws the failure; the next try may be narrower
   */
  readPiece<T>(reader: Alive, heights: Heights, read: Read<T>): Promise<Piece<T>>
  /**
   * Reads all pieces in order and retries a failed piece with fewer blocks. `take` receives each
   * piece once and resolves before the next is read, so a taken piece is never read again.
   * @throws errors that fewer blocks cannot avoid, and errors of `take`
   */
  readAll<T>(
    reader: Alive,
    heights: Heights,
    read: Read<T>,
    take: (piece: Piece<T>) => Promise<void> | void,
    stop?: AbortSignal,
  ): Promise<void>
}

export function createAdaptiveRange(options: {
  readonly first: number
  readonly most: number
}): AdaptiveRange {
  const size = createRangeSize(options)

  /** @returns whether the next piece is narrower than the failed one */
  async function narrow(reader: Alive, error: unknown, failed: number): Promise<boolean> {
    if (failed <= 1 || !isCurable(error)) return false
    if (error instanceof ChainUnreachable && !(await isAlive(reader))) return false
    size.shrink(failed, suggestedWidth((error as Error).message, failed))
    return true
  }

  async function attempt<T>(reader: Alive, { from, to }: Heights, read: Read<T>) {
    const end = smallerOf(to, from + BigInt(size.blocks) - 1n)
    try {
      const result = await read(from, end)
      size.grow()
      return { kind: 'read' as const, piece: { result, to: end } }
    } catch (error) {
      const isNarrower = await narrow(reader, error, Number(end - from) + 1)
      return { kind: 'failed' as const, error, isNarrower }
    }
  }

  return {
    async readPiece(reader, heights, read) {
      const tried = await attempt(reader, heights, read)
      if (tried.kind === 'failed') throw tried.error
      return tried.piece
    },
    async readAll(reader, { from, to }, read, take, stop) {
      for (let next = from; next <= to && !stop?.aborted; ) {
        const tried = await attempt(reader, { from: next, to }, read)
        if (tried.kind === 'read') {
          await take(tried.piece)
          next = tried.piece.to + 1n
        } else if (!tried.isNarrower) throw tried.error
      }
    },
  }
}

function isCurable(error: unknown): boolean {
  if (isRateLimit(error)) return false
  return (
    error instanceof ChainRefused ||
    error instanceof ChainUnreachable ||
    error instanceof ChainAnswerBad
  )
}

function isAlive(reader: Alive): Promise<boolean> {
  return reader.head().then(
    () => true,
    () => false,
  )
}

/**
 * Number of blocks of one piece. It halves when a piece fails, and grows again after several
 * successes.
 */
export interface RangeSize {
  readonly blocks: number
  /**
   * @param failed blocks of the failed piece
   * @param suggested blocks that the node would accept
   */
  shrink(failed?: number, suggested?: number): void
  grow(): void
}

/** Number of successes before the width grows. */
const calmBefore = 4
/** A width that failed is retried rarely, because each try costs a timeout if the node is slow. */
const calmBeforeFailing = 32

export function createRangeSize(options: {
  readonly first: number
  readonly most: number
}): RangeSize {
  let blocks = Math.min(options.first, options.most)
  let calm = 0
  /**
   * The narrowest width that failed. It is forgotten when an equal or larger width is tried again.
   */
  let failing = Number.POSITIVE_INFINITY
  return {
    get blocks() {
      return blocks
    },
    shrink(failed, suggested) {
      if (failed !== undefined) failing = Math.min(failing, failed)
      // The last piece of a range may be narrower than the current width.
      blocks = Math.max(1, suggested ?? Math.floor(Math.min(failed ?? blocks, blocks) / 2))
      calm = 0
    },
    // The width grows only after several successes. Otherwise every second piece would exceed the
    // provider's limit.
    grow() {
      calm += 1
      const wider = Math.min(options.most, blocks * 2)
      if (calm < (wider >= failing ? calmBeforeFailing : calmBefore)) return
      calm = 0
      if (wider >= failing) failing = Number.POSITIVE_INFINITY
      blocks = wider
    },
  }
}
