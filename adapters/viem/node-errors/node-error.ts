import { BaseError, HttpRequestError, RpcRequestError } from 'viem'

/**
 * The parts of a node's error answer that differ between clients. `message` is the node's own text,
 * cut to 2000 characters.
 */
export interface NodeError {
  /** JSON-RPC error code. */
  readonly code?: number | undefined
  readonly message: string
  /** JSON-RPC error data: revert bytes, or a client's text. */
  readonly data?: unknown
  /** HTTP status, unless it was 200. */
  readonly status?: number | undefined
}

/** A node may answer megabytes of text; patterns read only this many characters. */
const readCharacters = 2_000

/**
 * Reads the node's error answer from an error of viem.
 * @returns undefined if the error is not a node's answer: a timeout, a refused connection, an error
 * of coldsweep
 */
export function nodeErrorOf(error: unknown): NodeError | undefined {
  if (!(error instanceof BaseError)) return undefined
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  if (rpc instanceof RpcRequestError) {
    const { code, details, data, status } = rpc
    return { code, message: textOf(details), data: boundedData(data), status }
  }
  const http = error.walk((e) => e instanceof HttpRequestError)
  if (!(http instanceof HttpRequestError) || http.status === undefined) return undefined
  return { message: textOf(http.details), status: http.status }
}

const textOf = (words: unknown) => (typeof words === 'string' ? words.slice(0, readCharacters) : '')

const boundedData = (data: unknown) => (typeof data === 'string' ? textOf(data) : data)
