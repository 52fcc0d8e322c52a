import { afterEach, beforeEach, expect, it } from 'vitest'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { address, hash } from '../../../harness/factories/a-block.ts'
import {
  type FakeNode,
  fakeNode,
  type RpcAnswer,
  type RpcRequest,
} from '../../../harness/proxies/fake-node.ts'

// A hollow block used gas and lists no transactions. Either the answer is incomplete, or the chain
// uses gas for transactions that it does not list. The chain reader must find out which is true.
const header = { number: '0xa', hash: hash(10), parentHash: hash(9), timestamp: '0x1' }
const hollow = { ...header, gasUsed: '0x5208', transactionsRoot: hash(5), transactions: [] }
const payment = {
  ...{ hash: hash(1), blockHash: hash(10), transactionIndex: '0x0', from: address(1) },
  ...{ to: address(2), nonce: '0x0', value: '0x5', gas: '0x5208' },
}
const whole = { ...hollow, transactions: [payment] }
const noMethod = { error: { code: -32601, message: 'the method does not exist' } }

let nodes: FakeNode[] = []
beforeEach(() => {
  nodes = []
})
afterEach(async () => {
  for (const node of nodes) await node.close()
})

/**
 * Starts a node that returns the hollow block by height, and returns the node’s URL.
 * @param again result of the request of the block by hash
 * @param count answer to the request of the block’s transaction count
 */
async function node(again: unknown, count: RpcAnswer): Promise<string> {
  const answer = ({ method }: RpcRequest): RpcAnswer => {
    if (method === 'eth_getBlockByNumber') return { result: hollow }
    if (method === 'eth_getBlockByHash') return { result: again }
    return count
  }
  const made = await fakeNode(answer)
  nodes.push(made)
  return made.url
}

const blockOf = (...urls: string[]) =>
  createChainReader(1, createChainNodes({ chainId: 1, urls })).block(10n)

it.each([
  ['accepts the empty list if the node counts no transactions', hollow, { result: '0x0' }, 0],
  [
    'accepts the empty list if the node cannot count transactions and repeats the list',
    hollow,
    noMethod,
    0,
  ],
  ['uses the second answer if the second answer has transactions', whole, { result: '0x1' }, 1],
])('%s', async (_, again, count, transactions) => {
  const block = await blockOf(await node(again, count))
  expect(block?.transactions).toHaveLength(transactions)
})

it.each([
  ['counts transactions', hollow, { result: '0x3' }],
  ['no longer has the block', null, { result: null }],
])('throws ChainAnswerBad if the node %s', async (_, again, count) => {
  await expect(blockOf(await node(again, count))).rejects.toMatchObject({ name: 'ChainAnswerBad' })
})

it('reads the complete block from another endpoint if the first endpoint’s block is hollow', async () => {
  const urls = [await node(hollow, { result: '0x0' }), await node(whole, { result: '0x1' })]
  expect((await blockOf(...urls))?.transactions).toHaveLength(1)
})

it('takes a missing transaction hash from the block’s list', async () => {
  const nameless = { ...whole, transactions: [{ ...payment, hash: null }] }
  const made = await fakeNode(({ params }) => ({
    result: params[1] === true ? nameless : { ...whole, transactions: [hash(1)] },
  }))
  nodes.push(made)
  expect((await blockOf(made.url))?.transactions).toMatchObject([{ hash: hash(1), value: 5n }])
})
