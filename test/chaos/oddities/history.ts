import type { AskNode, RpcRequest } from '../../harness/proxies/faults.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'

/**
 * Rows about nodes and provider plans that lack old state and old logs, on chains where the node
 * prunes a block's state before the block is final.
 */

/** Number of blocks whose state a full node keeps. */
const kept = 128

const words = 'Archive, Debug and Trace requests are not available on your current plan.'
const turnsAway: NodeRule['does'] = {
  kind: 'raw',
  status: 403,
  body: JSON.stringify({ jsonrpc: '2.0', error: { code: -32002, message: words } }),
}

/** Whether a request is about the state or the logs of a block that a full node has pruned. */
async function isOld({ params }: RpcRequest, ask: AskNode): Promise<boolean> {
  const heights = await Promise.all(params.map((param) => heightIn(param, ask)))
  const oldest = heights.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
  const head = Number((await ask('eth_blockNumber', [])).result)
  return head - oldest >= kept
}

/** Returns the height of the block that a parameter names; infinity if it names no block. */
async function heightIn(param: unknown, ask: AskNode): Promise<number> {
  if (typeof param === 'string' && /^0x[0-9a-f]{1,16}$/.test(param)) return Number(param)
  const { blockHash, fromBlock } = (typeof param === 'object' && param ? param : {}) as {
    readonly blockHash?: string
    readonly fromBlock?: string
  }
  if (fromBlock !== undefined) return Number(fromBlock)
  if (blockHash === undefined) return Number.POSITIVE_INFINITY
  const known = heights.get(blockHash)
  if (known !== undefined) return known
  const { result } = await ask('eth_getBlockByHash', [blockHash, false])
  const height = Number((result as { readonly number: string } | null)?.number ?? Infinity)
  heights.set(blockHash, height)
  return height
}

const heights = new Map<string, number>()

/** Refuses each request about a block that a full node has pruned. */
const noHistory = (scene: Scene): NodeRule => ({
  method: [
    ...['eth_getLogs', 'eth_call', 'eth_estimateGas'],
    ...['eth_getBalance', 'eth_getCode', 'eth_getTransactionCount'],
  ],
  about: (request) => isOld(request, scene.ask),
  does: turnsAway,
})

export const history: readonly Oddity[] = [
  {
    name: 'the only endpoint answers requests for old state and logs with HTTP 403 and a JSON-RPC error',
    source: 'Chainstack, publicnode',
    world: {
      anvil: { blockTimeSeconds: 0.25 },
      chain: { finality: { depth: kept + 12 }, blockTimeMs: 250 },
    },
    node: (scene) => [noHistory(scene)],
    // Reconcile reads old state, so it runs after the node is honest again.
    expect: { meanwhile: { state: 'done' } },
  },
]
