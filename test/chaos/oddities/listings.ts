import { inOneBlock } from '../../harness/devnet/in-one-block.ts'
import type { RpcRequest } from '../../harness/proxies/faults.ts'
import type { NodeRule, Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import type { TokenSpec } from '../frame/world-spec.ts'
import { blockMethods, changed, type Fields, hex, inLogs, refusal } from './shapes.ts'

/** Rows about nodes that list the transactions of a block or the logs of a search in odd ways. */

/** Lists the row's transactions a second time at the end of the block. */
const listedTwice = (scene: Scene) =>
  changed((block) => {
    const all = (block['transactions'] ?? []) as unknown[]
    const own = all.filter((one) => typeof one === 'object' && scene.names(one)) as Fields[]
    const again = own.map((one, i) => ({ ...one, transactionIndex: hex(all.length + i) }))
    return { ...block, transactions: [...all, ...again] }
  })

/**
 * Adds logs of the row's token and wallet in other layouts: an NFT's four topics, and a transfer
 * with two words of data.
 */
const withOtherLayouts = (scene: Scene) => (honest: unknown) => {
  const logs = (Array.isArray(honest) ? honest : (honest as Fields | null)?.['logs']) as
    | Fields[]
    | undefined
  const own = logs?.find((log) => log['address'] === scene.asset && scene.names(log))
  if (!logs || !own) return honest
  const topics = own['topics'] as string[]
  const all = [
    { ...own, topics: [...topics, `0x${'0'.repeat(63)}7`], data: '0x', logIndex: hex(900) },
    { ...own, data: `${own['data']}${'0'.repeat(64)}`, logIndex: hex(901) },
    ...logs,
  ]
  return Array.isArray(honest) ? all : { ...(honest as Fields), logs: all }
}

const blockHashOf = ({ params }: RpcRequest) => (params[0] as { blockHash?: string }).blockHash

/** Answers a log search by block hash with the logs of that block and of the 20 blocks before. */
const ignoresBlockHash: NodeRule = {
  method: 'eth_getLogs',
  by: 'scanner',
  about: (request) => blockHashOf(request) !== undefined,
  does: {
    kind: 'answer',
    async give({ method, params }, ask) {
      const { blockHash, ...filter } = params[0] as Fields
      const block = (await ask('eth_getBlockByHash', [blockHash, false])).result as Fields
      const to = Number(block['number'])
      const range = { fromBlock: hex(Math.max(0, to - 20)), toBlock: hex(to) }
      return await ask(method, [{ ...filter, ...range }])
    },
  },
}

/** Gives each block the bloom of its parent block. */
const bloomOfParent: NodeRule = {
  method: blockMethods,
  by: 'scanner',
  does: {
    kind: 'answer',
    async give({ method, params }, ask) {
      const answer = await ask(method, params)
      const block = answer.result as Fields | null
      const parent = block && (await ask('eth_getBlockByHash', [block['parentHash'], false])).result
      return parent ? { result: { ...block, logsBloom: (parent as Fields)['logsBloom'] } } : answer
    },
  },
}

/** Answers the first log search of each block with an empty list. */
function emptyAtFirst(): NodeRule {
  const asked = new Set<string>()
  return {
    method: 'eth_getLogs',
    by: 'scanner',
    about(request) {
      const hash = blockHashOf(request)
      const isFirst = hash !== undefined && !asked.has(hash)
      if (hash !== undefined) asked.add(hash)
      return isFirst
    },
    does: { kind: 'forge', change: () => [] },
  }
}

/** Returns a hash like the one that a block has before it is sealed. No block has this hash. */
const unsealed = (hash: unknown) => `0x5ea1${String(hash).slice(6)}`
const namedUnsealed = inLogs((log) => ({ ...log, blockHash: unsealed(log['blockHash']) }))

const manyLogs: TokenSpec = { contract: 'phantom-token', symbol: 'MANY' }
const most = 40

/** Refuses each search that would return more than `most` logs, even for a single block. */
const refusesMany: NodeRule = {
  method: 'eth_getLogs',
  by: 'scanner',
  does: {
    kind: 'answer',
    async give({ method, params }, ask) {
      const answer = await ask(method, params)
      const count = Array.isArray(answer.result) ? answer.result.length : 0
      return count > most ? refusal(-32005, `query returned more than ${most} results`) : answer
    },
  },
}

export const listings: readonly Oddity[] = [
  {
    name: 'a log search without logs returns null',
    source: 'smartbch #67, flow-evm-gateway #695',
    node: () => [
      {
        method: 'eth_getLogs',
        does: {
          kind: 'forge',
          change: (logs) => (Array.isArray(logs) && logs.length === 0 ? null : logs),
        },
      },
    ],
  },
  {
    name: 'a log search returns logs with block hashes that no block has',
    source: 'XDPoSChain #208, #650',
    node: () => [{ method: 'eth_getLogs', does: { kind: 'forge', change: namedUnsealed } }],
  },
  {
    name: 'receipts contain logs with block hashes that no block has',
    source: 'victionchain #429, #431',
    node: () => [
      { method: 'eth_getTransactionReceipt', does: { kind: 'forge', change: namedUnsealed } },
    ],
  },
  {
    name: 'the node announces the newest block but returns null for it',
    source: 'INFURA #43, firehose-ethereum #198, safe-transaction-service #2282',
    node: () => [
      {
        method: 'eth_getBlockByNumber',
        by: 'scanner',
        about: ({ params }) => String(params[0]).startsWith('0x'),
        does: {
          kind: 'answer',
          async give({ method, params }, ask) {
            const newest = (await ask('eth_blockNumber', [])).result
            return params[0] === newest ? { result: null } : await ask(method, params)
          },
        },
      },
    ],
  },
  {
    name: 'the node refuses a log search of one block with many logs',
    source: 'Infura, evmos and cronos (logs-cap), 1RPC, zeta-chain #3265',
    asset: manyLogs,
    async pay(scene) {
      const token = scene.world.tokenOf(manyLogs)
      const strangers = `0x${'78'.repeat(20)}`
      const amount = 3n * 10n ** 18n + 19n
      const [, hash] = await inOneBlock(
        scene.world.d.devnet,
        [
          { token, call: 'phantoms', args: [strangers, 1n, BigInt(most)] },
          { token, call: 'mint', args: [scene.wallet, amount] },
        ],
        1,
      )
      if (hash) scene.notePayment({ hash, amount })
    },
    node: () => [refusesMany],
  },
  {
    name: 'a block lists the transaction of a payment twice',
    source: 'hiero-json-rpc-relay #4869',
    node: (scene) => [
      { method: blockMethods, by: 'scanner', does: { kind: 'forge', change: listedTwice(scene) } },
    ],
  },
  {
    name: 'logs in searches and receipts have a block hash of zeros',
    source: 'bsc #443, go-kardia #145',
    node: () => [
      {
        method: ['eth_getLogs', 'eth_getTransactionReceipt'],
        does: {
          kind: 'forge',
          change: inLogs((log) => ({ ...log, blockHash: `0x${'0'.repeat(64)}` })),
        },
      },
    ],
  },
  {
    name: 'a log search ignores its block hash and returns logs of other blocks',
    source: 'hiero-json-rpc-relay #369',
    node: () => [ignoresBlockHash],
  },
  {
    name: 'a block has the bloom of its parent, and its first log search returns no logs',
    source: 'ethermint #247, l2beat #10113',
    node: () => [bloomOfParent, emptyAtFirst()],
  },
  {
    name: 'a token also logs Transfer in the layouts of other standards',
    source: 'ERC404 #12, degov #55',
    node: (scene) => [
      {
        method: ['eth_getLogs', 'eth_getTransactionReceipt'],
        does: { kind: 'forge', change: withOtherLayouts(scene) },
      },
    ],
  },
]
