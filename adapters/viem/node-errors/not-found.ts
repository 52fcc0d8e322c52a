import { BaseError, RpcRequestError } from 'viem'

/** Words for "there is no such thing" about a transaction, a receipt or a block. */
const absent =
  /\b(?:transaction|tx|receipt|receipts|resource|header|block|uncle|data|object|item|hash)\b.*\b(?:not found|does ?n[o']t exist|not exist|not present|missing|unknown)\b|\b(?:unknown|no such|could not find|can(?:not|'t| ?not) find|couldn't find|can't get|no)\b.{0,24}\b(?:transaction|tx|receipt|block|header)\b|^\W*(?:error:? )?not[ _]?found\W*$|\bheight \d+ must be less than or equal to\b/i

/**
 * Similar words that do not mean "no such item": the node lacks the method, the state, an index or
 * the history, or a gateway lacks the route.
 */
const inconclusive =
  /method|trie node|\bstate\b|prun|index(?:ing|er)|histor|archive|unavailable|not available|not supported|unsupported|module|\bapi\b|\bapp\b|project|endpoint|route|\bpath\b|page|upstream|backend|provider|network|\bnode\b|filter|time(?:d)? ?out|\brate\b|limit|capacity|account|sender|parent|ancestor|base ?fee|gas price|\bparam|\bargument|\bfield\b|invalid request/i

/**
 * Error codes with which nodes say "not found": EIP-1474's "resource not found" and "resource
 * unavailable", geth's catch-all, JSON-RPC's internal error, Besu's unknown block, zkevm-node's
 * -32600, Zilliqa's -20, and the codes of nodes that don't number errors.
 */
const codes: ReadonlySet<number> = new Set([
  ...[-32001, -32000, -32603, -32602, -32600, -32015, -39001, -32004, -20, 0, 1, 5],
])

/**
 * Whether a node's error to a lookup by hash or height means the same as JSON-RPC's `null`: the
 * node has no such transaction, receipt or block. Nodes word this differently (zkevm-node #255).
 * Texts about methods, state or pruned history are errors.
 */
export function isNotFound(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  const rpc = error.walk((e) => e instanceof RpcRequestError)
  if (!(rpc instanceof RpcRequestError) || (rpc.status ?? 200) >= 401) return false
  return meansNotFound(rpc.code, rpc.details)
}

/** @param code NaN if the node gave no code */
export function meansNotFound(code: number, words: string): boolean {
  const isKnown = Number.isNaN(code) || codes.has(code)
  return isKnown && absent.test(words) && !inconclusive.test(words)
}

/** Returns the answer to a lookup, or null if the node answers with a not-found error. */
export async function orNull<T>(lookup: Promise<T>): Promise<T | null> {
  try {
    return await lookup
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}
