import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { aBlock, address, aTransaction, hash } from '../../../harness/factories/a-block.ts'
import { type FakeNode, fakeNode } from '../../../harness/proxies/fake-node.ts'

/** A little more than the 5 s after which geth stops the trace of one transaction. */
const hangMs = 5_001

/** Transactions whose trace takes the node its whole timeout. */
const hostile = Array.from({ length: 6 }, (_, i) => hash(1 + i))
const honest = [hash(0x11), hash(0x12)]
const block = aBlock({
  transactions: [...hostile, ...honest].map((it, index) =>
    aTransaction({
      hash: it,
      index,
      from: address(7),
      to: address(8),
      mayRunCode: true,
      value: 0n,
    }),
  ),
})
const frame = {
  type: 'CALL',
  from: address(7),
  to: address(8),
  value: '0x0',
  calls: [{ type: 'CALL', from: address(8), to: address(9), value: '0x9' }],
}

let node: FakeNode
let asked: string[]
beforeEach(async () => {
  asked = []
  let passed = 0
  vi.spyOn(performance, 'now').mockImplementation(() => passed)
  node = await fakeNode(({ method, params }) => {
    const [of] = params as [never]
    if (method === 'debug_traceTransaction') asked.push(of)
    if (method === 'debug_traceTransaction' && !hostile.includes(of)) return { result: frame }
    if (method === 'debug_traceTransaction') passed += hangMs
    return { error: { code: -32000, message: 'execution timeout' } }
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await node.close()
})
const open = () => createChainReader(1, createChainNodes({ chainId: 1, urls: [node.url] }))

it('internalTransfers finds all payments although six traces hang, because each call traces other transactions first', async () => {
  const reader = open()
  const found = new Set<string>()
  // Each call has time for two hanging traces, so three calls try all six.
  for (let tries = 1; found.size < honest.length && tries <= 4; tries += 1) {
    const internal = await reader.internalTransfers(block)
    for (const { transactionHash } of internal?.transfers ?? []) found.add(transactionHash)
  }
  expect([...found].sort()).toEqual(honest)
})

it('internalTransfers traces the transactions in `first` before all others', async () => {
  const [, last] = honest
  const internal = await open().internalTransfers(block, [last as never, hostile[0] as never])
  expect(new Set(asked.slice(0, 2))).toEqual(new Set([last, hostile[0]]))
  expect(internal?.transfers.map(({ transactionHash }) => transactionHash)).toContain(last)
})

it('internalTransfers does not call trace_transaction after a slow trace if the node has returned usable frames before', async () => {
  const methods: string[] = []
  const answer = node.answer
  node.answer = (request) => {
    methods.push(request.method)
    return answer(request)
  }
  const reader = open()
  await reader.internalTransfers(aBlock({ transactions: block.transactions.slice(-1) }), [])
  methods.length = 0
  await reader.internalTransfers(aBlock({ transactions: block.transactions.slice(0, 1) }), [])
  expect(methods).not.toContain('trace_transaction')
})
