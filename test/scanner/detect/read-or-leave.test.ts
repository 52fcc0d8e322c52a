import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Hash } from '../../../domain/address.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { ChainAnswerBad, ChainMoved, ChainUnreachable } from '../../../domain/errors.ts'
import { findHits } from '../../../scanner/detect/find-hits.ts'
import { readHits } from '../../../scanner/detect/read-or-leave.ts'
import { aBlock, aReceipt, aTransaction, aWatch, hash } from '../../harness/factories/a-block.ts'

/** Tests the payments of one block: a flood without receipts, then one payment with a receipt. */
const floodSize = 100
const fine = hash(0x100 + floodSize)
const transactions = Array.from({ length: floodSize + 1 }, (_, i) =>
  aTransaction({ hash: hash(0x100 + i), index: i, nonce: i }),
)
const block = aBlock({ transactions })
const hits = findHits({ block, logs: [] }, aWatch)

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/**
 * Creates a reader that has only the receipt of the `fine` payment.
 * @param failsAfterMs duration of each failed request
 */
function aReader(failsAfterMs: number, given: { readonly header?: () => Promise<unknown> } = {}) {
  const asked: Hash[] = []
  const reader = {
    async receipt(txHash: Hash) {
      asked.push(txHash)
      if (txHash === fine) return aReceipt({ transactionHash: txHash })
      vi.advanceTimersByTime(failsAfterMs)
      throw new ChainAnswerBad('no receipt')
    },
    header: given.header ?? (async () => block),
    endpoint: (): ChainReader => anyReader,
  }
  const anyReader = reader as unknown as ChainReader
  return { reader: anyReader, asked }
}

const read = (results: Awaited<ReturnType<typeof readHits>>) =>
  results.flatMap((result, i) => ('deposits' in result ? [hits[i]?.transaction.hash] : []))

it('requests each receipt once before any second try', async () => {
  const { reader, asked } = aReader(140)
  const results = await readHits(hits, { reader, watch: aWatch, width: 1, first: 0 })
  expect(read(results)).toEqual([fine])
  expect(asked.slice(0, hits.length)).toEqual(hits.map(({ transaction }) => transaction.hash))
  expect(results[0]).toMatchObject({ hash: hash(0x100), why: 'no receipt' })
})

it('starts at the second endpoint with the hits that were not requested at the first endpoint in time', async () => {
  const { reader } = aReader(200)
  expect(read(await readHits(hits, { reader, watch: aWatch, width: 1, first: 0 }))).toEqual([fine])
})

it('stops a read with slow failures after a few requests, and starts the next read at another receipt', async () => {
  const { reader, asked } = aReader(10_000)
  const began = performance.now()
  const results = await readHits(hits, { reader, watch: aWatch, width: 1, first: 0 })
  expect(performance.now() - began).toBeLessThan(100_000)
  expect(asked.length).toBeLessThan(10)
  expect(read(results)).toEqual([])
  expect(results.at(-1)).toMatchObject({ hash: fine, why: expect.stringMatching('not asked for') })
  const from = hits.length - 1
  expect(read(await readHits(hits, { reader, watch: aWatch, width: 1, first: from }))).toEqual([
    fine,
  ])
})

it.each([
  ['block is gone', async (): Promise<unknown> => null, ChainMoved],
  ['endpoint is away', () => Promise.reject(new ChainUnreachable('away')), ChainAnswerBad],
] as const)('stops at the first failure if the %s', async (_, header, error) => {
  const { reader, asked } = aReader(1, { header })
  const reading = readHits(hits, { reader, watch: aWatch, width: 1, first: 0 })
  await expect(reading).rejects.toBeInstanceOf(error)
  expect(asked).toHaveLength(1)
})
