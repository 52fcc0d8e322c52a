import { describe, expect, it } from 'vitest'
import {
  ChainAnswerBad,
  ChainMoved,
  ChainRefused,
  ChainUnreachable,
  CursorMoved,
  DatabaseUnreachable,
} from '../../../domain/errors.ts'
import { createAdaptiveRange } from '../../../scanner/detect/adaptive-range.ts'

/** A node that serves at most `most` blocks in a piece, and answers wider ranges with `error`. */
function aNode(most: number, error: Error, isAlive: () => boolean = () => true) {
  const asked: string[] = []
  const taken: bigint[] = []
  const reader = {
    async head() {
      if (!isAlive()) throw new ChainUnreachable('no usable answer from the node: ECONNREFUSED')
      return { number: 1_000n } as never
    },
  }
  const read = async (from: bigint, to: bigint) => {
    asked.push(`${from}-${to}`)
    if (Number(to - from) + 1 > most) throw error
    return Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i))
  }
  const take = ({ result }: { result: bigint[] }) => void taken.push(...result)
  return { asked, taken, reader, read, take }
}

const heights = (from: number, to: number) => ({ from: BigInt(from), to: BigInt(to) })
const all = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => BigInt(from + i))

const curable: readonly [string, Error][] = [
  ['a JSON-RPC refusal', new ChainRefused('query returned more than 10000 results', -32005)],
  ['an internal error', new ChainRefused('Internal error', -32603)],
  ['limit exceeded (BNB Smart Chain)', new ChainRefused('limit exceeded', -32005)],
  [
    'a refusal of archive requests',
    new ChainRefused('Archive requests require a personal token', -32602),
  ],
  ['HTTP 413', new ChainRefused('the node answered HTTP 413')],
  ['HTTP 504', new ChainUnreachable('the node answered HTTP 504')],
  ['HTTP 502', new ChainUnreachable('the node answered HTTP 502')],
  ['HTTP 408', new ChainUnreachable('the node answered HTTP 408')],
  ['a time-out', new ChainUnreachable('the node did not answer in time')],
  ['a broken connection', new ChainUnreachable('no usable answer from the node: ECONNRESET')],
  ['a body that is cut off', new ChainAnswerBad('the answer can’t be read')],
]

describe('an adaptive range', () => {
  it.each(curable)(
    'narrows after %s, and takes each height once and in order',
    async (_, error) => {
      const node = aNode(3, error)
      const range = createAdaptiveRange({ first: 64, most: 256 })
      await range.readAll(node.reader, heights(1, 50), node.read, node.take)
      expect(node.taken).toEqual(all(1, 50))
      expect(node.asked.slice(0, 5)).toEqual(['1-50', '1-25', '1-12', '1-6', '1-3'])
    },
  )

  it.each(curable)(
    'takes all blocks below a block that fails, then throws %s',
    async (_, error) => {
      const node = aNode(100, error)
      const range = createAdaptiveRange({ first: 8, most: 8 })
      const read = async (from: bigint, to: bigint) => {
        if (from <= 21n && to >= 21n) throw error
        return await node.read(from, to)
      }
      await expect(range.readAll(node.reader, heights(1, 50), read, node.take)).rejects.toBe(error)
      expect(node.taken).toEqual(all(1, 20))
    },
  )

  it.each<[string, Error]>([
    ['a chain that moved', new ChainMoved('block 5 is another')],
    ['a cursor that moved', new CursorMoved('the cursor is another')],
    ['a database that is away', new DatabaseUnreachable('connection refused')],
    ['a bug', new TypeError('x is undefined')],
    ['a rate limit', new ChainRefused('rate limit exceeded', -32005)],
    ['a rate limit by requests', new ChainRefused('more than 20 requests per second', -32000)],
    ['a daily limit', new ChainRefused('daily request count exceeded', -32005)],
    ['a code 429', new ChainRefused('slow down', 429)],
    ['HTTP 429', new ChainUnreachable('the node answered "x" with HTTP 429')],
  ])('throws %s at once, because a narrower range does not help', async (_, error) => {
    const node = aNode(3, error)
    const range = createAdaptiveRange({ first: 64, most: 256 })
    await expect(range.readAll(node.reader, heights(1, 50), node.read, node.take)).rejects.toBe(
      error,
    )
    expect(node.asked).toEqual(['1-50'])
  })

  it('keeps its width during an outage, while the node returns neither blocks nor its head', async () => {
    let isUp = false
    const away = new ChainUnreachable('no usable answer from the node: ECONNREFUSED')
    const node = aNode(0, away, () => isUp)
    const range = createAdaptiveRange({ first: 64, most: 256 })
    for (let n = 0; n < 20; n += 1) {
      await expect(range.readPiece(node.reader, heights(1, 200), node.read)).rejects.toBe(away)
    }
    isUp = true
    const back = aNode(1_000, away)
    expect((await range.readPiece(back.reader, heights(1, 200), back.read)).to).toBe(64n)
    expect(new Set(node.asked)).toEqual(new Set(['1-64']))
  })

  it('grows back to its maximum width after pieces without an error', async () => {
    const node = aNode(4, new ChainUnreachable('the node answered HTTP 504'))
    const range = createAdaptiveRange({ first: 64, most: 64 })
    await range.readAll(node.reader, heights(1, 64), node.read, node.take)
    const calm = aNode(1_000, new Error())
    await range.readAll(calm.reader, heights(1, 2_000), calm.read, calm.take)
    expect(calm.taken).toEqual(all(1, 2_000))
    expect(calm.asked.at(-2)).toMatch(/^\d+-\d+$/)
    const widths = calm.asked
      .map((it) => it.split('-').map(Number))
      .map(([a, b]) => Number(b) - Number(a) + 1)
    expect(Math.max(...widths)).toBe(64)
  })

  it('reads more than thirty pieces before it retries a width that failed', async () => {
    const node = aNode(4, new ChainUnreachable('the node did not answer in time'))
    const range = createAdaptiveRange({ first: 64, most: 64 })
    await range.readAll(node.reader, heights(1, 1_000), node.read, node.take)
    expect(node.taken).toEqual(all(1, 1_000))
    expect(node.asked.length).toBeLessThan(250 + 4 + 250 / 30)
  })

  it('takes the width that the node suggests', async () => {
    const node = aNode(10, new ChainRefused('up to a 10 block range'))
    const range = createAdaptiveRange({ first: 64, most: 64 })
    await range.readAll(node.reader, heights(1, 30), node.read, node.take)
    expect(node.asked).toEqual(['1-30', '1-10', '11-20', '21-30'])
  })

  it('continues after a failure without reading taken pieces again', async () => {
    const error = new ChainUnreachable('the node did not answer in time')
    const range = createAdaptiveRange({ first: 10, most: 10 })
    const node = aNode(10, error)
    let next = 1n
    let isBroken = true
    const read = async (from: bigint, to: bigint) => {
      if (isBroken && to > 20n) throw new ChainMoved('a reorg')
      return await node.read(from, to)
    }
    const take = ({ result, to }: { result: bigint[]; to: bigint }) => {
      node.taken.push(...result)
      next = to + 1n
    }
    const run = () => range.readAll(node.reader, { from: next, to: 40n }, read, take)
    await expect(run()).rejects.toMatchObject({ name: 'ChainMoved' })
    isBroken = false
    await run()
    expect(node.taken).toEqual(all(1, 40))
  })
})
