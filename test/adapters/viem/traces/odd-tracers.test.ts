import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { createPayments } from '../../../../adapters/viem/payments.ts'
import { aBlock, address, aTransaction, hash } from '../../../harness/factories/a-block.ts'
import { type FakeNode, fakeNode, type RpcAnswer } from '../../../harness/proxies/fake-node.ts'

/**
 * Tests nodes that have geth's trace methods without its `callTracer`. Their Parity methods work.
 */
const listed = [hash(1), hash(2), hash(3)]
const [one] = listed as [`0x${string}`]
const sender = address(7)
const contract = address(8)
const payee = (of: string) => address(20 + listed.indexOf(of as never))
const block = aBlock({
  transactions: listed.map((it, index) =>
    aTransaction({ hash: it, index, from: sender, to: contract, mayRunCode: true, value: 0n }),
  ),
})

const trace = (of: string, traceAddress: number[]) => {
  const isTop = traceAddress.length === 0
  return {
    type: 'call',
    blockHash: block.hash,
    transactionHash: of,
    traceAddress,
    action: {
      callType: 'call',
      from: isTop ? sender : contract,
      to: isTop ? contract : payee(of),
      value: isTop ? '0x0' : '0x9',
    },
  }
}
const traces = (of: string) => [trace(of, []), trace(of, [0])]
const structLogs = {
  ...{ gas: 53_000, failed: false, returnValue: '' },
  structLogs: [{ pc: 0, op: 'PUSH1', gas: 100, gasCost: 3, depth: 1, stack: [] }],
}
const noTracer = { error: 'tracer not found' }
const refused = (message: string): RpcAnswer => ({ error: { code: -32000, message } })
const noMethod: RpcAnswer = { error: { code: -32601, message: 'the method does not exist' } }
const transaction = { hash: one, from: sender, to: contract, value: '0x0' }

let node: FakeNode
let asked: string[]
/** The answers of geth's trace methods for a block and for a transaction. */
let debug: readonly [RpcAnswer, RpcAnswer]
let hasParity: boolean
beforeEach(async () => {
  asked = []
  hasParity = true
  node = await fakeNode(({ method, params }) => {
    if (method === 'eth_getTransactionByHash') return { result: transaction }
    asked.push(method)
    if (method === 'debug_traceBlockByHash') return debug[0]
    if (method === 'debug_traceTransaction') return debug[1]
    if (!hasParity) return noMethod
    return { result: method === 'trace_block' ? listed.flatMap(traces) : traces(String(params[0])) }
  })
})
afterEach(() => node.close())

const nodes = () => createChainNodes({ chainId: 1, urls: [node.url], timeoutMs: 1_000 })
const found = listed.map((it) => [it, payee(it), 9n])
const payment = { from: contract, to: payee(one), value: 9n }

describe.each<[string, RpcAnswer, RpcAnswer]>([
  [
    'struct logs for every tracer (besu #8326, #8195)',
    { result: listed.map(() => structLogs) },
    { result: structLogs },
  ],
  [
    'struct logs with hashes',
    { result: listed.map((txHash) => ({ txHash, result: structLogs })) },
    { result: structLogs },
  ],
  [
    'an error for each transaction (0xPolygon/erigon #35)',
    { result: listed.map(() => noTracer) },
    { result: noTracer },
  ],
  ['null', { result: null }, { result: null }],
  ['a text (skaled #1753)', { result: 'x' }, { result: 'x' }],
  ['an error about the tracer', refused('cannot load a tracer'), refused('cannot load a tracer')],
  ['an error about an argument', refused('invalid argument 1'), refused('invalid argument 1')],
  [
    'an error about the response size',
    refused('response is too large'),
    refused('response is too large'),
  ],
])('a node whose debug methods answer with %s', (_, ofBlock, ofOne) => {
  beforeEach(() => {
    debug = [ofBlock, ofOne]
  })

  it('gets a request for flat traces of the block before any transaction is traced alone', async () => {
    const internal = await createChainReader(1, nodes()).internalTransfers(block)
    expect(
      internal?.transfers.map(({ transactionHash, to, value }) => [transactionHash, to, value]),
    ).toEqual(found)
    expect(internal?.unreadable).toEqual([])
    expect(asked).toEqual(['debug_traceBlockByHash', 'trace_block'])
  })

  it('gets only requests for flat traces when the block is read again', async () => {
    const reader = createChainReader(1, nodes())
    await reader.internalTransfers(block)
    await reader.internalTransfers(block)
    expect(asked).toEqual(['debug_traceBlockByHash', 'trace_block', 'trace_block'])
  })

  it('returns the flat trace in which createPayments counts the payments of a transaction', async () => {
    expect(await createPayments(nodes()).countInternalPayments(one, payment)).toBe(1)
  })

  it('makes each transaction unreadable if Parity’s methods are also missing', async () => {
    hasParity = false
    const internal = await createChainReader(1, nodes()).internalTransfers(block)
    expect(internal?.transfers).toEqual([])
    expect(new Set(internal?.unreadable.map((it) => it.hash))).toEqual(new Set(listed))
    await expect(createPayments(nodes()).countInternalPayments(one, payment)).rejects.toThrow()
  })
})

it('the reader requests frames again if flat traces fail later', async () => {
  debug = [{ result: null }, { result: null }]
  const reader = createChainReader(1, nodes())
  await reader.internalTransfers(block)
  hasParity = false
  const calls = (of: string) => [{ type: 'CALL', from: contract, to: payee(of), value: '0x9' }]
  debug = [
    {
      result: listed.map((txHash) => ({
        txHash,
        result: { type: 'CALL', from: sender, to: contract, value: '0x0', calls: calls(txHash) },
      })),
    },
    noMethod,
  ]
  expect((await reader.internalTransfers(block))?.transfers).toHaveLength(3)
  asked = []
  await reader.internalTransfers(block)
  expect(asked).toEqual(['debug_traceBlockByHash'])
})
