import { TokenizerError } from '@streamparser/json'
import { HttpRequestError } from 'viem'
import { ChainUnreachable } from '../../../domain/errors.ts'
import { connectionWords } from '../node-errors/translate-chain-error.ts'
import { createAnswerParser } from './answer-parser.ts'
import { bodyLimit } from './body-limit.ts'
import { pruningRules } from './pruning-rules.ts'
import { createPatience, readBody } from './read-body.ts'

export interface Posted {
  readonly status: number
  readonly ok: boolean
  readonly statusText: string
  /** The beginning of the body. */
  readonly head: string
  /** undefined if the body is not JSON. */
  readonly json: { readonly value: unknown } | undefined
}

/**
 * Posts one JSON-RPC request, and reads and prunes the answer.
 * @param gasLimit the chain's gas limit, from which the largest body follows
 * @throws ChainUnreachable, or viem's HttpRequestError if no connection was established
 */
export async function post(
  { url, headers }: HttpTarget,
  request: { readonly method: string; readonly body: string },
  { timeoutMs, gasLimit }: { readonly timeoutMs: number; readonly gasLimit: number },
): Promise<Posted> {
  const { method, body } = request
  const over = new AbortController()
  const patience = createPatience(timeoutMs, () => over.abort())
  const parser = createAnswerParser(pruningRules[method])
  let began = false
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: over.signal })
    began = true
    const limit = bodyLimit(method, gasLimit)
    const json = await readJson(() => readBody(response, { limit, parser, patience }), parser.end)
    const { status, ok, statusText } = response
    return { status, ok, statusText, head: parser.head(), json }
  } catch (error) {
    if (over.signal.aborted) {
      throw new ChainUnreachable('the node did not answer in time', { mayFitSmaller: true })
    }
    if (error instanceof ChainUnreachable) throw error
    if (!began) throw new HttpRequestError({ body: { method }, cause: error as Error, url })
    throw new ChainUnreachable(
      `the node closed the connection during its answer: ${connectionWords(error)}`,
      {
        mayFitSmaller: true,
      },
    )
  } finally {
    patience.end()
  }
}

/** Returns undefined if the body is not JSON, or is nested too deeply to be an answer. */
async function readJson(
  read: () => Promise<void>,
  end: () => Promise<unknown>,
): Promise<{ readonly value: unknown } | undefined> {
  try {
    await read()
    return { value: await end() }
  } catch (error) {
    const isBroken =
      error instanceof SyntaxError || error instanceof TokenizerError || error instanceof RangeError
    if (!isBroken) throw error
    return undefined
  }
}

interface HttpTarget {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Moves a URL's user and password, which fetch rejects, into a Basic authentication header.
 */
export function splitUrl(text: string): HttpTarget {
  const headers = { 'content-type': 'application/json' }
  if (!URL.canParse(text)) return { url: text, headers }
  const url = new URL(text)
  if (url.username === '' && url.password === '') return { url: text, headers }
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  return { url: url.toString(), headers: { ...headers, authorization } }
}
