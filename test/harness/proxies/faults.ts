/** A received JSON-RPC request. */
export interface RpcRequest {
  readonly id: number | string
  readonly method: string
  readonly params: readonly unknown[]
  /**
   * Path of the URL without its slash. Identifies the caller if a test gives each process a
   * different path.
   */
  readonly by?: string
}

/** `result` or `error` of a JSON-RPC answer. */
export interface RpcAnswer {
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/**
 * Behaviour of the proxy in place of the node's answer:
 * - `error`: a JSON-RPC error; the node is not asked. Default -32603 "internal error"
 * - `http`: an HTTP status without JSON-RPC; the node is not asked
 * - `hang`: the node is not asked, and the client gets no answer until its timeout
 * - `break`: the connection breaks before the node is asked
 * - `break-after`: the node executes the request, then the connection breaks. The client does not
 *   know whether the node accepted the transaction
 * - `hang-after`: the node executes the request, and the client gets no answer until its timeout
 * - `rate-limit`: HTTP 429, or HTTP 200 with JSON-RPC error -32005; the node is not asked
 * - `forge`: the node is asked, and its answer is changed
 * - `raw`: any body, which may be neither JSON-RPC nor JSON; the node is not asked. Default HTTP
 *   200, application/json
 * - `answer`: a function returns the whole answer, which may be an error. The function may ask the
 *   node and keep state between requests
 */
export type Fault =
  | { readonly kind: 'error'; readonly code?: number; readonly message?: string }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'hang' | 'break' | 'break-after' | 'hang-after' }
  | { readonly kind: 'rate-limit'; readonly as: 'http' | 'rpc' }
  | { readonly kind: 'forge'; readonly change: Forgery }
  | {
      readonly kind: 'raw'
      readonly body: string
      readonly status?: number
      readonly contentType?: string
    }
  | { readonly kind: 'answer'; readonly give: Answering }

/** @returns the result that replaces the node's result; `honest` is null if the node has none */
export type Forgery = (honest: unknown, request: RpcRequest) => unknown

/** Asks the real node. */
export type AskNode = (method: string, params: readonly unknown[]) => Promise<RpcAnswer>

/** Returns the whole answer to a request. `ask` asks the real node. */
export type Answering = (request: RpcRequest, ask: AskNode) => RpcAnswer | Promise<RpcAnswer>

/**
 * Returns the fixed answer of the kinds `error`, `http` and `rate-limit`, and undefined for all
 * other kinds.
 */
export function cannedAnswer(fault: Fault): { status: number; answer?: RpcAnswer } | undefined {
  if (fault.kind === 'error') {
    const { code = -32603, message = 'internal error' } = fault
    return { status: 200, answer: { error: { code, message } } }
  }
  if (fault.kind === 'http') return { status: fault.status }
  if (fault.kind === 'rate-limit') {
    return fault.as === 'http'
      ? { status: 429 }
      : { status: 200, answer: { error: { code: -32005, message: 'limit exceeded' } } }
  }
  return undefined
}
