import { type CustomTransport, custom, HttpRequestError, RpcRequestError } from 'viem'
import { ChainUnreachable } from '../../../domain/errors.ts'
import { createMask, excerptOf } from './excerpt.ts'
import { createGasLimitWatch } from './gas-limit-watch.ts'
import { post } from './post.ts'
import { readEnvelope } from './read-envelope.ts'
import { splitUrl } from './split-url.ts'

export interface NodeTransportOptions {
  readonly url: string
  readonly timeoutMs: number
  /** Called for each answer that is no JSON-RPC. */
  readonly onUnusable?: (() => void) | undefined
}

/**
 * JSON-RPC over HTTP. viem's own transport refuses bodies above 10 MiB, which anybody can make of a
 * receipt for a dollar, and reads a body whole before it parses it. This one limits a body by what
 * its question can need, reads large ones one at a time, drops what nobody needs while reading, and
 * accepts only JSON-RPC. Without retries: the callers retry, and they know which repeats are safe.
 */
export function nodeTransport({
  url,
  timeoutMs,
  onUnusable,
}: NodeTransportOptions): CustomTransport {
  const target = splitUrl(url)
  const mask = createMask(url)
  const gasLimit = createGasLimitWatch()
  let nextId = 1

  async function request(question: { method: string; params?: unknown }): Promise<unknown> {
    const id = nextId
    nextId += 1
    const { method } = question
    const body = JSON.stringify({ jsonrpc: '2.0', id, ...question })
    const posted = await post(target, { method, body }, { timeoutMs, gasLimit: gasLimit.highest })
    const { status, ok, json } = posted
    const envelope = json && readEnvelope(json.value, id)
    if (envelope && 'error' in envelope) {
      const { code = Number.NaN, message, data } = envelope.error
      const error = { code, message: mask(message), data }
      throw new RpcRequestError({ body: question, error, url, ...(ok ? {} : { status }) })
    }
    const excerpt = () => excerptOf(posted.head, mask)
    if (!ok) {
      const details = posted.head === '' ? posted.statusText : excerpt()
      throw new HttpRequestError({ body: { method }, details, status, url })
    }
    if (!envelope) {
      onUnusable?.()
      // JSON that breaks off: a proxy cut it, or the node died while it wrote.
      const mayFitSmaller = json === undefined && /^\s*\{/.test(posted.head)
      throw new ChainUnreachable(`the node’s answer is no JSON-RPC: ${excerpt()}`, {
        mayFitSmaller,
      })
    }
    gasLimit.see(method, envelope.result)
    return envelope.result
  }

  return custom({ request }, { key: 'node', name: 'node', retryCount: 0 })
}
