import { type CustomTransport, custom, HttpRequestError, RpcRequestError } from 'viem'
import { ChainUnreachable } from '../../../domain/errors.ts'
import { createGasLimitWatch } from './body-limit.ts'
import { createMask, excerptOf } from './excerpt.ts'
import { post, splitUrl } from './post.ts'
import { isJsonObject } from './pruning.ts'

export interface NodeTransportOptions {
  readonly url: string
  readonly timeoutMs: number
  /** Called for each answer that is not JSON-RPC. */
  readonly onUnusable?: (() => void) | undefined
}

/**
 * Sends JSON-RPC requests over HTTP. viem's own transport rejects bodies above 10 MiB, a size that
 * anyone can give a receipt for a dollar, and reads a whole body before it parses the body. This
 * transport limits a body by the request's method, reads large bodies one at a time, drops unneeded
 * parts while it reads, and accepts only JSON-RPC. It does not retry, because only its callers know
 * which requests are safe to repeat.
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
      // True if the JSON is cut off: a proxy cut it, or the node died while it sent the answer.
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

interface RpcProblem {
  /** undefined if the node gave no number. */
  readonly code: number | undefined
  readonly message: string
  readonly data?: unknown
}

/** A JSON-RPC answer: a result or an error. */
type Envelope = { readonly result: unknown } | { readonly error: RpcProblem }

/**
 * Reads an answer by JSON-RPC 2.0, as leniently as real nodes require: `jsonrpc` may be missing, an
 * id may be a string, and an error has no id if the node could not parse the request.
 * @returns undefined if the answer is not JSON-RPC, or belongs to another request
 */
function readEnvelope(answer: unknown, id: number): Envelope | undefined {
  if (!isJsonObject(answer)) return undefined
  const { error, result } = answer
  const isOurs = answer['id'] === id || answer['id'] === String(id)
  if (error !== undefined && error !== null) {
    if (result !== undefined && result !== null) return undefined
    const isNobodys = answer['id'] === undefined || answer['id'] === null
    return isOurs || isNobodys ? readError(error, isOurs) : undefined
  }
  // `result: null` is an answer, also next to `error: null`, which JSON-RPC 1.0 requires
  // (ganache #59).
  if (!isOurs || result === undefined) return undefined
  return { result }
}

/**
 * Reads the error of an answer.
 * @param isOurs the answer has the request's id, so it is JSON-RPC even if its error is malformed
 */
function readError(error: unknown, isOurs: boolean): Envelope | undefined {
  if (!isJsonObject(error))
    return isOurs ? { error: { code: undefined, message: say(error) } } : undefined
  const { code, message, data } = error
  if (!isOurs && !(typeof code === 'number' && typeof message === 'string')) return undefined
  const number = typeof code === 'number' ? code : numberIn(code)
  const words = typeof message === 'string' && message !== '' ? message : say(message ?? data)
  const prefix = number === undefined && code !== undefined && code !== null ? `${say(code)}: ` : ''
  return { error: { code: number, message: `${prefix}${words}`, data } }
}

function numberIn(code: unknown): number | undefined {
  return typeof code === 'string' && /^-?\d{1,9}$/.test(code.trim()) ? Number(code) : undefined
}

function say(value: unknown): string {
  if (value === undefined || value === null) return 'no message'
  return typeof value === 'string' ? value : JSON.stringify(value).slice(0, 200)
}
