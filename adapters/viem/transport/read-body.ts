import { ChainUnreachable } from '../../../domain/errors.ts'
import type { AnswerParser } from './answer-parser.ts'

export interface BodyReading {
  /** Largest body in bytes, after decompression. */
  readonly limit: number
  readonly parser: AnswerParser
  readonly patience: Patience
}

/**
 * Reads a body into the parser as it arrives. A large body waits for earlier large bodies, while
 * TCP backpressure pauses the endpoint.
 * @throws ChainUnreachable above the limit; errors of the stream pass unchanged
 */
export async function readBody(
  response: Response,
  { limit, parser, patience }: BodyReading,
): Promise<void> {
  if (Number(response.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  if (!response.body) return
  let bytes = 0
  let release: (() => void) | undefined
  try {
    for await (const chunk of response.body) {
      bytes += chunk.length
      if (bytes > limit) throw tooLarge(limit)
      patience.received(chunk.length)
      patience.suspend()
      if (bytes > largeBodyBytes) release ??= await takeLargeBodySlot()
      await parser.write(chunk)
      patience.resume()
    }
  } finally {
    release?.()
  }
}

function tooLarge(limit: number): ChainUnreachable {
  const words = `the node’s answer is larger than ${limit} bytes, more than a block can fill`
  return new ChainUnreachable(words, { mayFitSmaller: true })
}

/**
 * Bodies above this size are read one at a time in the whole process, so that several large answers
 * never add up in memory.
 */
export const largeBodyBytes = 4 * 1024 * 1024

let last: Promise<void> = Promise.resolve()

/**
 * Waits for earlier large bodies. The caller must call the returned release, also after an error.
 */
async function takeLargeBodySlot(): Promise<() => void> {
  const before = last
  let release = () => {}
  last = new Promise((resolve) => {
    release = resolve
  })
  await before
  return release
}

/**
 * Lowest rate at which a body must arrive, in addition to the timeout, because a very slow endpoint
 * must not occupy the slot of large bodies.
 */
const bytesPerMs = 1024

interface Patience {
  /** Extends the remaining time by the time that is allowed for these bytes. */
  received(bytes: number): void
  /** Stops the clock while this process is busy. */
  suspend(): void
  resume(): void
  end(): void
}

/**
 * Starts a clock for one answer. Calls `onOver` when the answer takes longer than `timeoutMs` plus
 * the time that is allowed for its bytes.
 */
export function createPatience(timeoutMs: number, onOver: () => void): Patience {
  let leftMs = timeoutMs
  let since = performance.now()
  let timer = setTimeout(onOver, leftMs)
  const stop = () => {
    clearTimeout(timer)
    leftMs -= performance.now() - since
  }
  const start = () => {
    since = performance.now()
    timer = setTimeout(onOver, Math.max(0, leftMs))
  }
  return {
    received(bytes) {
      stop()
      leftMs = Math.min(leftMs + bytes / bytesPerMs, timeoutMs)
      start()
    },
    suspend: stop,
    resume: start,
    end: () => clearTimeout(timer),
  }
}
