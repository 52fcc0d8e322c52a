import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import type { Block } from '../../../../domain/chains/block.ts'
import { ChainUnreachable, TransactionUnreadable } from '../../../../domain/errors.ts'
import { aBlock, address, aTransaction, hash } from '../../../harness/factories/a-block.ts'
import {
  type FakeNode,
  fakeNode,
  type RpcAnswer,
  type RpcRequest,
} from '../../../harness/proxies/fake-node.ts'

const hashes = [hash(1), hash(2), hash(3)]
const header = {
  number: '0xa',
  hash: hash(10),
  parentHash: hash(9),
  logsBloom: '0x00',
  timestamp: '0x1',
  gasUsed: '0x5208',
}
const transaction = (index: number) => ({
  hash: hashes[index],
  blockHash: hash(10),
  transactionIndex: `0x${index}`,
  from: address(7),
  to: address(8),
  nonce: `0x${index}`,
  value: '0x5',
  gas: '0x186a0',
  input: '0x',
})
const frame = (to: number) => ({
  type: 'CALL',
  from: address(7),
  to: address(8),
  value: '0x0',
  calls: [{ type: 'CALL', from: address(8), to: address(to), value: '0x9' }],
})
const traced: Block = aBlock({
  number: 10n,
  hash: hash(10),
  transactions: hashes.map((one, index) =>
    aTransaction({ hash: one, index, from: address(7), to: address(8), mayRunCode: true }),
  ),
})

/** Answers of nodes and gateways that refuse or fail to send a large result. */
const refusals: [string, RpcAnswer][] = [
  ['reth’s "response is too big"', { error: { code: -32008, message: 'Response is too big' } }],
  ['geth’s "response too large"', { error: { code: -32003, message: 'response too large' } }],
  ['a provider’s size limit', { error: { code: -32000, message: 'response size exceeded 100MB' } }],
  ['a tracer’s time-out', { error: { code: -32000, message: 'execution timeout' } }],
  ['HTTP 413', { status: 413, body: 'Payload Too Large' }],
  ['HTTP 502', { status: 502, body: 'Bad Gateway' }],
  ['HTTP 504', { status: 504, body: 'Gateway Time-out' }],
  ['JSON that is cut off', { status: 200, body: '{"jsonrpc":"2.0","id":2,"result":{"number' }],
  ['no answer in time', { hang: true }],
]

describe('the chain reader, if an answer is too large for the node', { timeout: 20_000 }, () => {
  let node: FakeNode
  let large: RpcAnswer
  let asked: string[]
  let own: (request: RpcRequest) => RpcAnswer | undefined
  beforeEach(async () => {
    asked = []
    own = () => undefined
    node = await fakeNode((request) => {
      asked.push(request.method)
      return own(request) ?? answer(request)
    })
  })
  afterEach(() => node.close())

  function answer({ method, params }: RpcRequest): RpcAnswer {
    if (method === 'eth_getBlockByNumber') {
      return params[1] === true ? large : { result: { ...header, transactions: hashes } }
    }
    if (method === 'eth_getTransactionByBlockHashAndIndex') {
      return { result: transaction(Number(params[1])) }
    }
    if (method === 'debug_traceBlockByHash') return large
    if (method === 'debug_traceTransaction') {
      return { result: frame(20 + hashes.indexOf(params[0] as never)) }
    }
    if (method === 'eth_getTransactionReceipt') return large
    if (method.startsWith('trace_')) return { error: { code: -32601, message: 'no such method' } }
    throw new Error(`not asked for: ${method}`)
  }
  // The timeout is short only if the node hangs. Otherwise a busy machine could exceed it.
  const open = () =>
    createChainReader(
      1,
      createChainNodes({
        chainId: 1,
        urls: [node.url],
        timeoutMs: large && 'hang' in large ? 1_500 : 10_000,
      }),
    )

  it.each(refusals)(
    'reads the block’s list of hashes and then each transaction after %s',
    async (_, how) => {
      large = how
      const block = await open().block(10n)
      expect(block?.transactions.map((one) => [one.hash, one.index, one.value])).toEqual(
        hashes.map((one, index) => [one, index, 5n]),
      )
    },
  )

  const oddOnes: [string, RpcAnswer, string][] = [
    ['that is null', { result: null }, 'does not return the transaction'],
    [
      'that is not found',
      { error: { code: -32000, message: 'transaction not found' } },
      'does not return',
    ],
    [
      'that is an internal error',
      { error: { code: -32603, message: 'internal error' } },
      'internal error',
    ],
    [
      'that is refused',
      { error: { code: -32000, message: 'cannot decode type 0x7e' } },
      'cannot decode',
    ],
    ['that is a text', { result: 'x' }, 'not its own'],
    ['of another block', { result: { ...transaction(1), blockHash: hash(77) } }, 'not its own'],
    ['that is another transaction', { result: transaction(2) }, 'lists another transaction at 1'],
    ['that ends in HTTP 504', { status: 504, body: 'Gateway Time-out' }, '504'],
  ]

  it.each(oddOnes)(
    'marks a transaction %s as unreadable, and reads the others',
    async (_, how, why) => {
      large = { error: { code: -32008, message: 'Response is too big' } }
      own = ({ method, params }) =>
        (method === 'eth_getTransactionByBlockHashAndIndex' && params[1] === '0x1') ||
        method === 'eth_getTransactionByHash'
          ? how
          : method === 'eth_getBlockByHash'
            ? { result: { ...header, transactions: hashes } }
            : undefined
      const block = await open().block(10n)
      expect(block?.transactions.map((one) => one.hash)).toEqual([hashes[0], hashes[2]])
      expect(block?.unreadable).toMatchObject([
        { hash: hashes[1], index: 1, from: null, nonce: null, why: expect.stringContaining(why) },
      ])
    },
  )

  it('reads a transaction that the node returns only by hash', async () => {
    large = { error: { code: -32603, message: 'internal error' } }
    own = ({ method, params }) =>
      method === 'eth_getTransactionByBlockHashAndIndex'
        ? { error: { code: -32601, message: 'the method does not exist' } }
        : method === 'eth_getTransactionByHash'
          ? { result: transaction(hashes.indexOf(params[0] as never)) }
          : undefined
    const block = await open().block(10n)
    expect(block?.transactions.map((one) => one.hash)).toEqual(hashes)
    expect(block?.unreadable).toEqual([])
  })

  it.each([
    ['null', null],
    ['of another block', { ...transaction(1), blockHash: hash(77) }],
  ])('reads a block in pieces if one transaction in the whole block is %s', async (_, entry) => {
    large = { result: { ...header, transactions: [transaction(0), entry, transaction(2)] } }
    own = ({ method, params }) =>
      method === 'eth_getBlockByHash'
        ? { result: { ...header, transactions: params[1] ? [] : hashes } }
        : undefined
    const block = await open().block(10n)
    expect(block?.transactions.map((one) => one.hash)).toEqual(hashes)
  })

  it('throws ChainMoved if the block is gone after a refused answer', async () => {
    large = { error: { code: -32008, message: 'Response is too big' } }
    own = ({ method }) =>
      /^eth_get(TransactionBy|BlockByHash)/.test(method) ? { result: null } : undefined
    await expect(open().block(10n)).rejects.toMatchObject({ name: 'ChainMoved' })
  })

  it('throws an error for a refused block that used gas and lists no hashes', async () => {
    large = { error: { code: -32603, message: 'internal error' } }
    own = ({ method, params }) =>
      method === 'eth_getBlockByNumber' && params[1] === false
        ? { result: { ...header, transactions: [] } }
        : method === 'eth_getBlockTransactionCountByHash'
          ? { result: '0x3' }
          : undefined
    await expect(open().block(10n)).rejects.toThrow('used gas but has no transactions')
  })

  it.each(refusals)(
    'reads a block’s traces transaction by transaction after %s',
    async (_, how) => {
      large = how
      const internal = await open().internalTransfers(traced)
      expect(internal?.unreadable).toEqual([])
      expect(internal?.transfers.map(({ transactionHash, to }) => [transactionHash, to])).toEqual(
        hashes.map((one, index) => [one, address(20 + index)]),
      )
    },
  )

  it.each(refusals)(
    'reads the other traces if the trace of one transaction fails by %s',
    async (_, how) => {
      large = how
      own = ({ method, params }) =>
        method === 'debug_traceTransaction' && params[0] === hashes[1] ? how : undefined
      const internal = await open().internalTransfers(traced)
      expect(internal?.transfers.map(({ transactionHash }) => transactionHash)).toEqual([
        hashes[0],
        hashes[2],
      ])
      const [unreadable] = internal?.unreadable ?? []
      expect(unreadable).toBeInstanceOf(TransactionUnreadable)
      expect(unreadable).toMatchObject({
        hash: hashes[1],
        message: expect.stringContaining(`the trace of ${hashes[1]} can’t be read: `),
      })
    },
  )

  it('traces a transaction alone if its entry in the block’s trace is an error', async () => {
    large = {
      result: hashes.map((txHash, i) =>
        i === 1 ? { txHash, error: 'execution timeout' } : { txHash, result: frame(20 + i) },
      ),
    }
    const internal = await open().internalTransfers(traced)
    expect(internal?.transfers.map(({ to }) => to)).toEqual([address(20), address(21), address(22)])
    expect(asked.filter((method) => method === 'debug_traceTransaction')).toHaveLength(1)
  })

  it.each(refusals)('throws TransactionUnreadable for a receipt after %s', async (_, how) => {
    large = how
    const error = await open()
      .receipt(hash(1))
      .catch((e) => e)
    expect(error).toBeInstanceOf(TransactionUnreadable)
    expect(error.hash).toBe(hash(1))
  })

  it('throws ChainUnreachable, not TransactionUnreadable, if the node is unreachable', async () => {
    const reader = open()
    large = { result: null }
    await reader.receipt(hash(1))
    await node.close()
    const error = await reader.receipt(hash(1)).catch((e) => e)
    expect(error).toBeInstanceOf(ChainUnreachable)
    node = await fakeNode(() => ({ result: null }))
  })

  it('sends no further requests after a rate limit', async () => {
    large = { error: { code: -32005, message: 'request rate exceeded' } }
    await expect(open().internalTransfers(traced)).rejects.toThrow('rate exceeded')
    expect(asked).toEqual(['debug_traceBlockByHash'])
  })

  it('throws ChainUnreachable with the size limit for an answer above the limit', async () => {
    const body = `{"jsonrpc":"2.0","id":2,"result":"0x${'00'.repeat(9 * 1024 * 1024)}"}`
    node.answer = () => ({ status: 200, body })
    const nodes = createChainNodes({ chainId: 1, urls: [node.url] })
    const error = await nodes
      .ask((client) => client.request({ method: 'eth_gasPrice' }))
      .catch((e) => e)
    expect(error).toBeInstanceOf(ChainUnreachable)
    expect(error.message).toBe(
      'the node’s answer is larger than 16777216 bytes, more than a block can fill',
    )
  })
})
