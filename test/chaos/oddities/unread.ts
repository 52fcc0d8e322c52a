import type { RpcAnswer } from '../../harness/proxies/faults.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import {
  blockMethods,
  changed,
  type Fields,
  hex,
  inTransactions,
  refusal,
  withNull,
  without,
} from './shapes.ts'

/** Rows about odd answers about one block or transaction, which must not stop the scan. */

const receiptOfRow = (scene: Scene) =>
  ({ method: 'eth_getTransactionReceipt', by: 'scanner', about: scene.concerns }) as const

/** Whether the scan has passed the payment's block without a credit. */
const passedUncredited = async ({ world, payments, wallet }: Scene) => {
  const block = await world.d.devnet.request('eth_getTransactionReceipt', [payments[0]?.hash])
  const [row] = await world.d.sql<{ height: string; deposits: number }[]>`
    select height, (select count(*)::int from deposits where wallet = ${wallet}) as deposits
    from scan_cursors`
  const height = Number((block as { blockNumber: string }).blockNumber)
  return row !== undefined && row.deposits === 0 && Number(row.height) > height
}

/** Makes the block after the payment's block list the payment's transaction again. */
async function listedAgain({ payments, ask }: Scene, answer: RpcAnswer): Promise<RpcAnswer> {
  const block = answer.result as Fields | null
  const [payment] = payments
  if (!block || !payment) return answer
  const paid = (await ask('eth_getTransactionByHash', [payment.hash])).result as Fields
  if (Number(block['number']) !== Number(paid['blockNumber']) + 1) return answer
  const listed = block['transactions'] as unknown[]
  const own = { blockHash: block['hash'], blockNumber: block['number'] }
  const again = { ...paid, ...own, transactionIndex: hex(listed.length) }
  return { result: { ...block, transactions: [...listed, again] } }
}

export const unread: readonly Oddity[] = [
  {
    name: 'the receipt of a logged token transfer is null for a while',
    source: 'erigon #6574, cronos #253',
    node: (scene) => [{ ...receiptOfRow(scene), does: { kind: 'forge', change: () => null } }],
    expect: { meanwhile: passedUncredited },
  },
  {
    name: 'the node refuses the receipt of a native payment for a while',
    source: 'erigon #6574',
    asset: 'native',
    node: (scene) => [
      {
        ...receiptOfRow(scene),
        does: { kind: 'answer', give: () => refusal(-32000, 'not found') },
      },
    ],
    expect: { meanwhile: passedUncredited },
  },
  {
    name: 'receipts lack their bloom, type, cumulative gas and contract address',
    source: 'light clients and gateways',
    node: () => [
      {
        method: 'eth_getTransactionReceipt',
        does: {
          kind: 'forge',
          change: without('logsBloom', 'type', 'cumulativeGasUsed', 'contractAddress'),
        },
      },
    ],
  },
  {
    name: 'blocks lack fields of proof of work and of later forks',
    source: 'rollups and sidechains',
    node: () => [
      {
        method: blockMethods,
        does: {
          kind: 'forge',
          change: without(
            'difficulty',
            'totalDifficulty',
            'nonce',
            'mixHash',
            'sha3Uncles',
            'uncles',
            'size',
            'extraData',
            'withdrawals',
            'withdrawalsRoot',
            'blobGasUsed',
            'excessBlobGas',
            'parentBeaconBlockRoot',
            'requestsHash',
          ),
        },
      },
    ],
  },
  {
    name: 'blocks have null as miner, size and difficulty',
    source: 'rollups and sidechains',
    node: () => [
      {
        method: blockMethods,
        does: { kind: 'forge', change: withNull('miner', 'size', 'difficulty', 'totalDifficulty') },
      },
    ],
  },
  {
    name: 'transactions of a block lack their type, chain id and signature',
    source: 'rollups whose system transactions are unsigned',
    asset: 'native',
    node: () => [
      {
        method: blockMethods,
        does: {
          kind: 'forge',
          change: inTransactions(
            without('type', 'chainId', 'v', 'r', 's', 'yParity', 'accessList'),
          ),
        },
      },
    ],
  },
  {
    name: 'blocks without transactions report used gas',
    source: 'harmony, Cosmos-EVM chains',
    node: () => [
      {
        method: blockMethods,
        does: { kind: 'forge', change: changed((block) => ({ ...block, gasUsed: '0x5208' })) },
      },
    ],
  },
  {
    name: 'blocks without transactions report used gas and no transactionsRoot, and the node lacks the method that counts them',
    source: 'Cosmos-EVM chains',
    asset: 'native',
    node: () => [
      {
        method: blockMethods,
        does: {
          kind: 'forge',
          change: changed(({ transactionsRoot: _, ...block }) => ({ ...block, gasUsed: '0x5208' })),
        },
      },
      {
        method: 'eth_getBlockTransactionCountByHash',
        does: { kind: 'answer', give: () => refusal(-32601, 'the method does not exist') },
      },
    ],
  },
  {
    name: 'the block after a payment lists the payment’s transaction again',
    source: 'cronos #466, hiero-json-rpc-relay #4869',
    asset: 'native',
    node: (scene) => [
      {
        method: blockMethods,
        by: 'scanner',
        does: {
          kind: 'answer',
          give: async ({ method, params }, ask) =>
            await listedAgain(scene, await ask(method, params)),
        },
      },
    ],
    expect: {
      logs: [/unread transactions read/],
      also: async ({ world, payments }) => {
        const hashes = payments.map(({ hash }) => hash)
        const rows = () => world.d.sql`
          select 1 from unread_transactions where tx_hash in ${world.d.sql(hashes)}`
        await eventually(rows, (found) => found.length === 0)
      },
    },
  },
]
