import type { RpcAnswer, RpcRequest } from './faults.ts'

type AskNode = (method: string, params: readonly unknown[]) => Promise<RpcAnswer>
type Fields = Readonly<Record<string, unknown>>

/** Index of the block parameter, by method. */
const blockParameter: Readonly<Record<string, number>> = {
  eth_getBlockByNumber: 0,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_call: 1,
  eth_estimateGas: 1,
}

const unknownBlock: RpcAnswer = { error: { code: -32000, message: 'header not found' } }

/**
 * Answers like a node whose head is `height`. The tags `latest` and `pending` name that height, and
 * blocks, receipts, logs and state above it are missing. Broadcasts still reach the real node.
 */
export async function answerAsOf(
  height: bigint,
  { method, params }: RpcRequest,
  ask: AskNode,
): Promise<RpcAnswer> {
  if (method === 'eth_blockNumber') return { result: hex(height) }
  if (method === 'eth_getLogs') return await logsAsOf(height, params, ask)
  const place = blockParameter[method]
  if (place === undefined) return withoutNewer(height, await ask(method, params))
  const named = params[place] ?? 'latest'
  if (isHash(named)) {
    const { result } = await ask('eth_getBlockByHash', [named.blockHash, false])
    return isAbove(height, result) || !result ? unknownBlock : await ask(method, params)
  }
  const asked = await toHeight(height, named, ask)
  if (asked > height) return method === 'eth_getBlockByNumber' ? { result: null } : unknownBlock
  return await ask(method, [...params.slice(0, place), hex(asked), ...params.slice(place + 1)])
}

async function logsAsOf(
  height: bigint,
  params: readonly unknown[],
  ask: AskNode,
): Promise<RpcAnswer> {
  const filter = (params[0] ?? {}) as Fields
  if (isHash(filter)) {
    const { result } = await ask('eth_getBlockByHash', [filter['blockHash'], false])
    return isAbove(height, result) ? unknownBlock : await ask('eth_getLogs', params)
  }
  const to = await toHeight(height, filter['toBlock'] ?? 'latest', ask)
  const from = await toHeight(height, filter['fromBlock'] ?? 'latest', ask)
  // Lagging nodes return an empty list instead of an error.
  if (from > height) return { result: [] }
  return await ask('eth_getLogs', [
    { ...filter, fromBlock: hex(from), toBlock: hex(to < height ? to : height) },
  ])
}

/**
 * Returns the height that a block parameter names. `finalized` and `safe` are the heights of the
 * real node, limited to the frozen head.
 */
async function toHeight(height: bigint, named: unknown, ask: AskNode): Promise<bigint> {
  if (named === 'latest' || named === 'pending') return height
  if (named === 'earliest') return 0n
  if (named !== 'finalized' && named !== 'safe') return BigInt(named as string)
  const { result } = await ask('eth_getBlockByNumber', [named, false])
  const number = BigInt(((result ?? {}) as { number?: string }).number ?? 0)
  return number < height ? number : height
}

/** Replaces a receipt, transaction or block above the frozen head by null. */
function withoutNewer(height: bigint, answer: RpcAnswer): RpcAnswer {
  return isAbove(height, answer.result) ? { result: null } : answer
}

function isAbove(height: bigint, result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false
  const { blockNumber, number } = result as { blockNumber?: unknown; number?: unknown }
  const at = blockNumber ?? number
  return typeof at === 'string' && BigInt(at) > height
}

function isHash(named: unknown): named is { readonly blockHash: string } {
  return typeof named === 'object' && named !== null && 'blockHash' in named
}

function hex(height: bigint): string {
  return `0x${height.toString(16)}`
}
