import { describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../../domain/address.ts'
import type { LaneTracking } from '../../../domain/lanes/lane-store.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { aHash, aMined, anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'

const addressOf = (n: number): Address => `0x${n.toString(16).padStart(40, '0')}`

/**
 * Creates a poll of the transactions `live`, at a node that counts its requests by method, and the
 * largest number of concurrent requests.
 */
function aBench(live: readonly Transaction[]) {
  const chain = aMoneyChain()
  const asked = new Map<string, number>()
  const order: Hash[] = []
  let atWork = 0
  let most = 0
  const counted = (name: string, answer: (...args: never[]) => unknown) => {
    return async (...args: never[]) => {
      asked.set(name, (asked.get(name) ?? 0) + 1)
      atWork += 1
      most = Math.max(most, atWork)
      await new Promise((resolve) => setImmediate(resolve))
      atWork -= 1
      return await answer(...args)
    }
  }
  const { fake } = chain
  const state = Object.assign(Object.create(fake), {
    head: counted('head', () => fake.head()),
    feeQuote: counted('feeQuote', () => fake.feeQuote()),
    minedNonce: counted('minedNonce', () => 0n),
    receipt: counted('receipt', () => undefined),
    blockHash: counted('blockHash', (height: bigint) => fake.blockHash(height)),
  })
  const broadcaster = {
    send: counted('send', (raw: Hash) => {
      order.push(raw)
      return { kind: 'accepted' }
    }),
    knows: counted('knows', () => true),
  }
  const nothing = async () => {}
  const lanes = {
    live: async () => live,
    noteSend: nothing,
    recordMined: nothing,
    forgetMined: nothing,
    end: nothing,
    isExternal: async () => false,
    withLane: () => Promise.reject(new Error('nothing is to be signed here')),
  } as unknown as LaneTracking
  const cursors = { cursor: async () => undefined }
  const deps = { cursors, lanes, log: recordingLog(), metrics: recordingMetrics() }
  const poll = () => trackLanes({ ...deps, chain: { ...chain, state, broadcaster } as never })
  return { poll, asked, order, most: () => most, fake }
}

const inPool = (n: number, more: Partial<Transaction> = {}) =>
  aTransaction({
    sweepId: `sweep-${n}`,
    step: 'sweep',
    sender: addressOf(n + 1),
    attempts: [anAttempt({ maxFeeWei: 10n ** 12n }), anAttempt({ maxFeeWei: 2n * 10n ** 12n })],
    ...more,
  })

describe('one poll of many lanes', () => {
  it('takes two requests for each of 2,000 wallets with an unmined transaction, up to 16 at once', async () => {
    const { poll, asked, most } = aBench(Array.from({ length: 2_000 }, (_, n) => inPool(n)))
    await poll()
    expect(Object.fromEntries(asked)).toEqual({
      head: 1,
      feeQuote: 1,
      minedNonce: 2_000,
      knows: 2_000,
    })
    expect(most()).toBeGreaterThan(8)
    expect(most()).toBeLessThanOrEqual(16)
  })

  it('takes one request for each block with mined transactions that are not final', async () => {
    const { fake } = aBench([])
    const { number, hash } = await fake.head()
    const mined = aMined({ blockNumber: number, blockHash: hash })
    const live = Array.from({ length: 500 }, (_, n) => inPool(n, { mined, sender: addressOf(1) }))
    const bench = aBench(live)
    Object.assign(bench.fake, { blockHash: async () => hash })
    await bench.poll()
    expect(Object.fromEntries(bench.asked)).toEqual({ head: 1, minedNonce: 1, blockHash: 1 })
  })

  it('broadcasts gas before sweeps, and lower nonces of a lane first', async () => {
    const unsent = (raw: Hash) => [anAttempt({ raw, lastSentAt: null })]
    const raws = Array.from({ length: 40 }, aHash)
    const at = (n: number) => raws[n] as Hash
    const wallets = Array.from({ length: 10 }, (_, n) =>
      [0, 1].map((nonce) =>
        inPool(n, { nonce: BigInt(nonce), attempts: unsent(at(2 * n + nonce)) }),
      ),
    ).flat()
    const gas = Array.from({ length: 20 }, (_, n) =>
      aTransaction({ nonce: BigInt(n), attempts: unsent(at(20 + n)) }),
    )
    const { poll, order } = aBench([...wallets, ...gas])
    await poll()
    expect(order.slice(0, 20)).toEqual(raws.slice(20))
    for (let n = 0; n < 10; n += 1)
      expect(order.indexOf(at(2 * n))).toBeLessThan(order.indexOf(at(2 * n + 1)))
    expect(order.length).toBe(40)
  })
})
