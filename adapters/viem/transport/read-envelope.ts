import { isJsonObject } from './pruning.ts'

export interface RpcProblem {
  /** undefined where the node gave no number. */
  readonly code: number | undefined
  readonly message: string
  readonly data?: unknown
}

/** A JSON-RPC answer; undefined is no answer to this request. */
export type Envelope = { readonly result: unknown } | { readonly error: RpcProblem }

/**
 * Reads an answer by JSON-RPC 2.0 with the leniency that real nodes need: `jsonrpc` may be missing,
 * an id may be a string, and an error that came before the request was understood has no id.
 * @returns undefined where the answer is no JSON-RPC, or the answer to another request
 */
export function readEnvelope(answer: unknown, id: number): Envelope | undefined {
  if (!isJsonObject(answer)) return undefined
  const { error, result } = answer
  const isOurs = answer['id'] === id || answer['id'] === String(id)
  if (error !== undefined && error !== null) {
    if (result !== undefined && result !== null) return undefined
    const isNobodys = answer['id'] === undefined || answer['id'] === null
    return isOurs || isNobodys ? readError(error, isOurs) : undefined
  }
  // `result: null` is an answer, also next to `error: null`, which JSON-RPC 1.0 wants there
  // (ganache #59).
  if (!isOurs || result === undefined) return undefined
  return { result }
}

/** @param isOurs the answer has our id: then it is JSON-RPC although its error is odd */
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
