import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import { transferTopic } from '../../../../domain/chains/erc20.ts'
import { address, hash } from '../../../harness/factories/a-block.ts'
import { type FakeNode, fakeNode } from '../../../harness/proxies/fake-node.ts'

const zeroHash = `0x${'0'.repeat(64)}`
const token = address(0xe1)

const aLog = (given: object = {}) => ({
  address: token,
  topics: [transferTopic, hash(0xb1), hash(0xa1)],
  data: hash(7),
  blockNumber: '0xa',
  blockHash: hash(0xa),
  transactionHash: hash(0xcd),
  logIndex: '0x0',
  ...given,
})
const aBlock = (given: object = {}) => ({
  number: '0xa',
  hash: hash(0xa),
  parentHash: hash(9),
  logsBloom: `0x${'0'.repeat(512)}`,
  timestamp: '0x65',
  transactions: [],
  ...given,
})
const aTransaction = (place: string) => ({
  hash: hash(0xcd),
  blockHash: hash(0xa),
  transactionIndex: place,
  from: address(0xaa),
  to: address(0xbb),
  nonce: '0x2',
  gas: '0x5209',
  value: '0x1',
})

describe('the chain reader at a node with unusual lists of logs or transactions', () => {
  let node: FakeNode
  beforeEach(async () => {
    node = await fakeNode(() => ({ result: null }))
  })
  afterEach(() => node.close())
  const reader = () =>
    createChainReader(1, createChainNodes({ chainId: 1, urls: [node.url], timeoutMs: 5_000 }))
  /** Sets the node’s answer for each method, and for each filter of eth_getLogs. */
  const answers = (of: Readonly<Record<string, unknown>>, logs: (filter: object) => unknown) => {
    node.answer = ({ method, params }) => ({
      result: method === 'eth_getLogs' ? logs(params[0] as object) : (of[method] ?? null),
    })
  }

  it.each([zeroHash, null, undefined])(
    'uses the hash of the requested block for a log with block hash %s (go-kardia #145)',
    async (blockHash) => {
      answers({}, () => [aLog({ blockHash })])
      const [log] = await reader().transferLogsOfBlock(hash(0xa), [token])
      expect(log?.blockHash).toBe(hash(0xa))
    },
  )

  it('takes the block’s hash from the chain for a log with block hash 0 in a range', async () => {
    answers({ eth_getBlockByNumber: aBlock() }, () => [aLog({ blockHash: zeroHash }), aLog()])
    const logs = await reader().transferLogsOfRange(1n, 10n, [token])
    expect(logs.map(({ blockHash }) => blockHash)).toEqual([hash(0xa), hash(0xa)])
  })

  it('searches by height if a search by hash returns logs of other blocks (hiero-json-rpc-relay #369)', async () => {
    const other = aLog({ blockNumber: '0x9', blockHash: hash(9) })
    const ours = aLog({ logIndex: '0x5' })
    answers({ eth_getBlockByHash: aBlock() }, (filter) =>
      'blockHash' in filter ? [other] : [ours],
    )
    const logs = await reader().transferLogsOfBlock(hash(0xa), [token])
    expect(logs.map(({ blockHash, logIndex }) => [blockHash, logIndex])).toEqual([[hash(0xa), 5]])
    expect(node.asked.at(-1)?.params[0]).toMatchObject({ fromBlock: '0xa', toBlock: '0xa' })
  })

  it('reads null as an empty list of logs (smartbch #67, flow-evm-gateway #695)', async () => {
    answers({}, () => null)
    expect(await reader().transferLogsOfBlock(hash(0xa), [token])).toEqual([])
    expect(await reader().transferLogsOfRange(1n, 10n, [token])).toEqual([])
  })

  it.each([{}, 'none', 0])(
    'throws ChainAnswerBad for %j in place of a list of logs',
    async (logs) => {
      answers({}, () => logs)
      await expect(reader().transferLogsOfBlock(hash(0xa), [token])).rejects.toMatchObject({
        name: 'ChainAnswerBad',
      })
    },
  )

  const unsealed = hash(0xbad)
  it('uses the requested block for a log with an unknown block hash (XDPoSChain #208)', async () => {
    node.answer = ({ method, params: [first] }) => {
      if (method === 'eth_getLogs') return { result: [aLog({ blockHash: unsealed })] }
      return { result: method === 'eth_getBlockByHash' && first === hash(0xa) ? aBlock() : null }
    }
    const logs = await reader().transferLogsOfBlock(hash(0xa), [token])
    expect(logs.map(({ blockHash }) => blockHash)).toEqual([hash(0xa)])
  })

  it('keeps the block hash of a log if the node knows that other block', async () => {
    answers({ eth_getBlockByHash: aBlock() }, () => [aLog({ blockHash: unsealed })])
    const logs = await reader().transferLogsOfBlock(hash(0xa), [token])
    expect(logs.map(({ blockHash }) => blockHash)).toEqual([unsealed])
  })

  it('uses the receipt’s block hash for logs of a receipt with block hash 0 (bsc #443)', async () => {
    const receipt = {
      transactionHash: hash(0xcd),
      transactionIndex: '0x0',
      blockNumber: '0xa',
      blockHash: hash(0xa),
      from: address(0xb1),
      to: token,
      status: '0x1',
      gasUsed: '0x5208',
      effectiveGasPrice: '0x1',
      logs: [aLog({ blockHash: zeroHash })],
    }
    answers({ eth_getTransactionReceipt: receipt }, () => [])
    const read = await reader().receipt(hash(0xcd))
    expect(read?.logs.map(({ blockHash }) => blockHash)).toEqual([hash(0xa)])
  })

  it('reads a transaction once if its block lists it twice (hiero-json-rpc-relay #4869)', async () => {
    const transactions = [aTransaction('0x0'), aTransaction('0x1')]
    answers({ eth_getBlockByNumber: aBlock({ transactions }) }, () => [])
    const block = await reader().block(10n)
    expect(block?.transactions.map(({ index }) => index)).toEqual([0])
  })

  it.each([1, 2])(
    'finds one internal transfer of a transaction that is listed twice, with %i traces',
    async (times) => {
      const transactions = [aTransaction('0x0'), aTransaction('0x1')]
      const call = { type: 'CALL', from: address(0xbb), to: address(0xa1), value: '0x5' }
      const result = {
        ...call,
        from: address(0xaa),
        to: address(0xbb),
        value: '0x1',
        calls: [call],
      }
      const frames = Array.from({ length: times }, () => ({ txHash: hash(0xcd), result }))
      answers(
        { eth_getBlockByNumber: aBlock({ transactions }), debug_traceBlockByHash: frames },
        () => [],
      )
      const block = await reader().block(10n)
      const internal = block && (await reader().internalTransfers(block))
      expect(internal?.transfers.map(({ path, value }) => [path, value])).toEqual([['0', 5n]])
    },
  )
})
