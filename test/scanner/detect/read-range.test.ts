import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { Block, Log } from '../../../domain/chains/block.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { readRange } from '../../../scanner/detect/read-range.ts'
import { aBlock, aTransaction, aTransfer, hash, who } from '../../harness/factories/a-block.ts'

interface Told {
  readonly blocks?: (block: Block) => Block | undefined
  readonly byRange?: (logs: Log[]) => Log[]
  readonly byHash?: (logs: Log[], times: number, tokens: readonly Address[]) => Log[]
  readonly head?: () => Promise<unknown>
  /** Logs that another node has for the same search. Without this value there is no other node. */
  readonly elsewhere?: Log[]
}

const ofAnother = (log: Log): Log => ({ ...log, blockHash: hash(99) })
const twin = (log: Log): Log => ({ ...log, logIndex: log.logIndex + 1 })

/**
 * Creates a node of a chain whose odd blocks have one transfer each. `told` changes the node's
 * answers.
 */
function aNode(told: Told = {}) {
  const asked = { range: 0, hash: 0, moved: 0 }
  const times = new Map<string, number>()
  const logOf = (n: bigint) =>
    aTransfer({
      log: { blockNumber: n, blockHash: hash(Number(n)), transactionHash: hash(1000 + Number(n)) },
    })
  const logsOf = (n: bigint) => (n % 2n === 1n ? [logOf(n)] : [])
  const reader = {
    async block(height: bigint) {
      const n = Number(height)
      const logsBloom = height % 2n === 1n ? ('0x01' as const) : ('0x00' as const)
      const block = aBlock({ number: height, hash: hash(n), parentHash: hash(n - 1), logsBloom })
      return told.blocks ? told.blocks(block) : block
    },
    transferLogsElsewhere: async () => told.elsewhere,
    head: told.head ?? (async () => ({ number: 99n })),
    async transferLogsOfBlock(blockHash: string, tokens: readonly Address[]) {
      asked.hash += 1
      const count = (times.get(blockHash) ?? 0) + 1
      times.set(blockHash, count)
      const logs = logsOf(BigInt(blockHash))
      return told.byHash ? told.byHash(logs, count, tokens) : logs
    },
    async transferLogsOfRange(from: bigint, to: bigint) {
      asked.range += 1
      const logs: Log[] = []
      for (let n = from; n <= to; n += 1n) logs.push(...logsOf(n))
      return told.byRange ? told.byRange(logs) : logs
    },
    moveOn() {
      asked.moved += 1
    },
  } as unknown as ChainReader
  const reading = {
    reader,
    tokens: [who.token],
    mayHoldTransfers: (bloom: string) => bloom === '0x01',
    width: 3,
  }
  const read = async (from: bigint, to: bigint) =>
    (await readRange(from, to, reading)).flatMap(({ logs }) =>
      logs.map(({ blockNumber }) => Number(blockNumber)),
    )
  return { asked, read, reading }
}

describe('readRange', () => {
  it('reads a long range with one search, and a short range with a search for each block hash', async () => {
    const long = aNode()
    expect(await long.read(1n, 10n)).toEqual([1, 3, 5, 7, 9])
    expect(long.asked).toEqual({ range: 1, hash: 0, moved: 0 })
    const short = aNode()
    expect(await short.read(1n, 3n)).toEqual([1, 3])
    expect(short.asked).toEqual({ range: 0, hash: 3, moved: 0 })
  })

  it('finds all transfers after an empty search, because blocks whose bloom may match are searched by hash', async () => {
    const node = aNode({ byRange: () => [] })
    expect(await node.read(1n, 10n)).toEqual([1, 3, 5, 7, 9])
    expect(node.asked.moved).toBe(1)
  })

  it('finds all transfers after a cut search, because every block is searched by hash', async () => {
    const node = aNode({ byRange: (logs) => logs.slice(0, 2) })
    expect(await node.read(1n, 10n)).toEqual([1, 3, 5, 7, 9])
    expect(node.asked.hash).toBe(3 + 10)
  })

  it('searches the newest block again if the answer is empty and the block’s bloom may match', async () => {
    const node = aNode({ byHash: (logs, times) => (times === 1 ? [] : logs) })
    expect(await node.read(1n, 2n)).toEqual([1])
  })

  it('accepts a false positive of the bloom, and keeps the node', async () => {
    const node = aNode({ byRange: () => [], byHash: () => [] })
    expect(await node.read(1n, 10n)).toEqual([])
    expect(node.asked.moved).toBe(0)
  })

  it('throws ChainAnswerBad and leaves the node if another node has logs that this node omits', async () => {
    const kept = aTransfer({ log: { blockNumber: 1n, blockHash: hash(1) } })
    const node = aNode({ byHash: () => [], elsewhere: [kept] })
    await expect(node.read(1n, 1n)).rejects.toMatchObject({ name: 'ChainAnswerBad' })
    expect(node.asked.moved).toBe(1)
  })

  it('searches a block by hash if the range search returns another hash for it (XDPoSChain #208)', async () => {
    const node = aNode({ byRange: (logs) => logs.map(ofAnother) })
    expect(await node.read(1n, 10n)).toEqual([1, 3, 5, 7, 9])
    expect(node.asked).toEqual({ range: 1, hash: 5, moved: 0 })
  })

  const tooMany = () => {
    throw new ChainRefused('query returned more than 10000 results', -32005)
  }

  it('searches a block token by token if the node refuses the search as too large', async () => {
    const byHash = (logs: Log[], _: number, tokens: readonly Address[]) =>
      tokens.length > 1 ? tooMany() : logs.filter(({ address }) => tokens.includes(address))
    const { reading } = aNode({ byHash })
    const [found] = await readRange(1n, 1n, { ...reading, tokens: [who.token, who.stranger] })
    expect(found?.logs).toHaveLength(1)
    expect(found?.doubtful).toEqual([])
  })

  it('reports all transactions of a block as doubtful if the search for a single token is refused', async () => {
    const transactions = [aTransaction(), aTransaction({ hash: hash(8), index: 1 })]
    const node = aNode({ byHash: tooMany, blocks: (block) => ({ ...block, transactions }) })
    const [found] = await readRange(1n, 1n, node.reading)
    expect(found?.doubtful).toEqual(transactions.map((one) => one.hash))
  })

  it('reports all transactions of a block as doubtful if the node has pruned its logs', async () => {
    const transactions = [aTransaction()]
    const byHash = () => {
      throw new ChainRefused('Archive requests are not available', -32002, { outsidePlan: true })
    }
    const node = aNode({ byHash, blocks: (block) => ({ ...block, transactions }) })
    const [found] = await readRange(1n, 1n, node.reading)
    expect(found?.doubtful).toEqual(transactions.map((one) => one.hash))
  })

  it('sends no further searches for a refused block, even if its other logs look cut', async () => {
    const rest = Array.from({ length: 64 }, (_, logIndex) =>
      aTransfer({ token: who.otherToken, log: { blockNumber: 1n, blockHash: hash(1), logIndex } }),
    )
    const byHash = (_: Log[], __: number, tokens: readonly Address[]) =>
      tokens.includes(who.token) ? tooMany() : rest
    const { reading } = aNode({ byHash })
    const tokens = [who.token, who.otherToken]
    const [found] = await readRange(1n, 1n, { ...reading, tokens })
    expect(found).toMatchObject({ isRefused: true })
    expect(found?.logs).toHaveLength(64)
  })

  it.each([
    ['refuses the search for another reason', new ChainRefused('header not found', -32000)],
    ['limits the request rate', new ChainRefused('rate limit exceeded', -32005)],
  ])('throws if the node %s', async (_, error) => {
    const byHash = () => {
      throw error
    }
    await expect(aNode({ byHash }).read(1n, 1n)).rejects.toBe(error)
  })

  it('throws if the node is unreachable after it refused the search', async () => {
    const node = aNode({
      byHash: tooMany,
      head: () => Promise.reject(new ChainUnreachable('away')),
    })
    await expect(node.read(1n, 1n)).rejects.toThrow('away')
  })

  it('searches no logs on a chain without tokens', async () => {
    const { asked, reading } = aNode()
    expect(await readRange(1n, 10n, { ...reading, tokens: [] })).toHaveLength(10)
    expect(asked).toEqual({ range: 0, hash: 0, moved: 0 })
  })

  it.each<[string, Told]>([
    ['lacks a block', { blocks: (b) => (b.number === 7n ? undefined : b) }],
    [
      'has blocks that do not follow each other',
      { blocks: (b) => (b.number === 7n ? { ...b, hash: hash(77) } : b) },
    ],
    [
      'has logs of another block at a height',
      { byRange: (logs) => logs.map(ofAnother), byHash: (logs) => logs.map(ofAnother) },
    ],
    [
      'lists fewer logs by range, all of other blocks, than by block hash',
      { byRange: (logs) => logs.map(ofAnother), byHash: (logs) => [...logs, ...logs.map(twin)] },
    ],
  ])('throws ChainMoved if the node %s, so that the range is read again', async (_, told) => {
    await expect(aNode(told).read(1n, 10n)).rejects.toMatchObject({ name: 'ChainMoved' })
  })
})
