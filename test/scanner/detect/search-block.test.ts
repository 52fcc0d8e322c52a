import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { Log } from '../../../domain/chains/block.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { wholeBlockLogs } from '../../../scanner/detect/search-block.ts'
import { aBlock, aTransaction, aTransfer, hash, who } from '../../harness/factories/a-block.ts'

/**
 * The transactions of the block. Each has a transfer of the first token. The last ten also have a
 * transfer of the second token.
 */
const transactions = Array.from({ length: 120 }, (_, place) =>
  aTransaction({ hash: hash(1_000 + place), index: place }),
)
const block = aBlock({ transactions })
const logOf = (place: number, token: Address = who.token) =>
  aTransfer({ token, log: { transactionHash: hash(1_000 + place), logIndex: place } })
const all = transactions.flatMap((_, place) => [
  logOf(place),
  ...(place >= 110 ? [logOf(place, who.otherToken)] : []),
])

/** A node whose log searches return only the logs that `cut` keeps. */
function aNode(cut: (logs: readonly Log[]) => readonly Log[], has: readonly Log[] = all) {
  const asked: (readonly Address[])[] = []
  const cutBlocks: bigint[] = []
  const search = (tokens: readonly Address[]) =>
    cut(has.filter(({ address }) => tokens.includes(address)))
  const reader = {
    async transferLogsOfBlock(_: string, tokens: readonly Address[]) {
      asked.push(tokens)
      return search(tokens)
    },
  } as unknown as ChainReader
  return {
    asked,
    cutBlocks,
    async read(tokens: readonly Address[] = [who.token]) {
      const onCut = ({ number }: { number: bigint }) => void cutBlocks.push(number)
      const reading = { reader, tokens, width: 2, onCut }
      const { logs, doubtful } = await wholeBlockLogs(block, search(tokens), reading)
      return { logs, doubtful: doubtful.map((one) => Number(one) - 1_000) }
    },
  }
}
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)
const first = (limit: number) => (logs: readonly Log[]) => logs.slice(0, limit)
const last = (limit: number) => (logs: readonly Log[]) => logs.slice(-limit)

describe('wholeBlockLogs', () => {
  it('accepts an answer whose length is no usual limit of a node, without another request', async () => {
    const node = aNode(first(1_000))
    expect(await node.read([who.token, who.otherToken])).toEqual({ logs: all, doubtful: [] })
    expect(node.asked).toEqual([])
  })

  it.each([
    ['the first 100 logs', first(100), [0, ...range(99, 119)]],
    ['the last 100 logs', last(100), [...range(0, 20), 119]],
    [
      'the last 100 logs in reverse order',
      (logs: readonly Log[]) => [...logs].reverse().slice(0, 100),
      [...range(0, 20), 119],
    ],
  ])(
    'reports transactions outside the range of a cut answer as doubtful: %s',
    async (_, cut, doubtful) => {
      expect((await aNode(cut).read()).doubtful).toEqual(doubtful)
    },
  )

  it('finds omitted logs token by token if the answer for each token is short enough', async () => {
    const node = aNode(
      first(128),
      all.filter(({ address, logIndex }) => address !== who.token || logIndex < 119),
    )
    const { logs, doubtful } = await node.read([who.token, who.otherToken])
    expect([logs.length, doubtful]).toEqual([129, []])
    expect(node.asked).toEqual([[who.token], [who.otherToken]])
    expect(node.cutBlocks).toEqual([10n])
  })

  it('reports as doubtful only transactions of the token whose answer may be cut', async () => {
    const node = aNode(first(100))
    const { logs, doubtful } = await node.read([who.token, who.otherToken])
    expect([logs.length, doubtful]).toEqual([110, [0, ...range(99, 119)]])
  })

  it('reports as doubtful only the first and last transaction if the length of a complete answer happens to be a usual limit', async () => {
    const honest = all.filter(
      ({ address, logIndex }) => address === who.token && (logIndex < 99 || logIndex === 119),
    )
    const node = aNode(first(1_000), honest)
    expect(await node.read()).toEqual({ logs: honest, doubtful: [0, 119] })
    expect(node.cutBlocks).toEqual([])
  })

  it('reports as doubtful only transactions of the block, although logs name other transactions', async () => {
    const system = range(0, 99).map((n) =>
      aTransfer({ log: { transactionHash: hash(9_000 + n), logIndex: n } }),
    )
    expect((await aNode(first(100), system).read()).doubtful).toEqual(range(0, 119))
  })
})
