import { Tokenizer } from '@streamparser/json'
import { type PruningRule, pruneAnswer } from './pruning.ts'
import { PruningBuilder } from './pruning-builder.ts'

/**
 * Up to this size a body is parsed by `JSON.parse`, which is three times as fast as the stream and
 * takes some milliseconds. Longer bodies are parsed as they arrive.
 */
const wholeBytes = 256 * 1024
/** Longest time for which the stream blocks the event loop. */
const sliceMs = 8
const sliceBytes = 16 * 1024

export interface AnswerParser {
  write(chunk: Uint8Array): Promise<void>
  /** @throws SyntaxError if the bytes are not JSON */
  end(): Promise<unknown>
  /** The first bytes, for an error message. */
  head(): string
}

/**
 * Creates a parser that reads a body in chunks and prunes the answer by the rule. A small body is
 * parsed at once, with the same result.
 */
export function createAnswerParser(rule: PruningRule | undefined): AnswerParser {
  const held: Uint8Array[] = []
  let heldBytes = 0
  let head = ''
  let stream: ReturnType<typeof createStream> | undefined
  let yieldedAt = performance.now()

  async function feed(into: ReturnType<typeof createStream>, chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; from += sliceBytes) {
      into.write(chunk.subarray(from, from + sliceBytes))
      if (performance.now() - yieldedAt < sliceMs) continue
      await new Promise((resolve) => setImmediate(resolve))
      yieldedAt = performance.now()
    }
  }

  return {
    async write(chunk) {
      if (head.length < 4_096) head += Buffer.from(chunk.subarray(0, 4_096)).toString('latin1')
      if (stream) return await feed(stream, chunk)
      held.push(chunk)
      heldBytes += chunk.length
      if (heldBytes <= wholeBytes) return
      stream = createStream(rule ?? {})
      for (const each of held.splice(0)) await feed(stream, each)
    },
    async end() {
      if (stream) return stream.end()
      const parsed: unknown = JSON.parse(new TextDecoder().decode(Buffer.concat(held)))
      return rule ? pruneAnswer(parsed, rule) : parsed
    },
    head: () => head,
  }
}

function createStream(rule: PruningRule) {
  const tokenizer = new Tokenizer({ stringBufferSize: 64 * 1024 })
  const builder = new PruningBuilder(rule)
  tokenizer.onToken = (token) => builder.take(token)
  return {
    write: (chunk: Uint8Array) => tokenizer.write(chunk),
    end(): unknown {
      if (!tokenizer.isEnded) tokenizer.end()
      return builder.result()
    },
  }
}
