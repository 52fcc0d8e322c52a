import { smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { isRateLimit } from '../../domain/chains/nodes/is-rate-limit.ts'
import { ChainAnswerBad, ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import { createRangeSize } from './range-size.ts'
import { suggestedWidth } from './suggested-width.ts'

/** Heights, both included. */
export interface Heights {
  readonly from: bigint
  readonly to: bigint
}

export interface Piece<T> {
  readonly result: T
  /** The last height of the piece. */
  readonly to: bigint
}

type Alive = Pick<ChainReader, 'head'>
type Read<T> = (from: bigint, to: bigint) => Promise<T>

/**
 * Reads heights in pieces whose width adapts to what the nodes serve. A piece that fails in a way
 * that fewer blocks may cure (a refusal, a gateway's 504, a time-out, a broken or oversized body)
 * makes the next one narrower; calm readings make it wider. A node that does not tell its head
 * either is down, and a rate limit counts questions: neither is a reason to narrow. One block that
 * fails is the caller's error.
 */
export interface AdaptiveRange {
  /**
   * One try at the piece that begins at `from`. @throws the failure; the next try may be narrower
   */
  readPiece<T>(reader: Alive, heights: Heights, read: Read<T>): Promise<Piece<T>>
  /**
   * Reads all pieces in order, and narrows in place. `take` gets each piece once and resolves
   * before the next is read, so what was taken is never read again. @throws what fewer blocks can't
   * cure, and what `take` throws
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

  /** @returns whether the next piece is narrower than the one that failed */
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
