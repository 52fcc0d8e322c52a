import { ChainUnreachable } from '../../../domain/errors.ts'
import type { AnswerParser } from './answer-parser.ts'
import { largeBodyBytes, takeLargeBodySlot } from './large-body-slot.ts'
import type { Patience } from './patience.ts'

export interface BodyReading {
  /** Most bytes, after decompression. */
  readonly limit: number
  readonly parser: AnswerParser
  readonly patience: Patience
}

/**
 * Reads a body into the parser as it arrives. A large one waits for the large ones before it, while
 * the endpoint is held back by TCP.
 * @throws ChainUnreachable above the limit; what the stream throws passes
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
