import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hash } from '../../../domain/address.ts'
import { ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { aFunding, sendBench } from '../../harness/benches/send-bench.ts'
import { ether } from '../../harness/factories/a-chain.ts'

/** Tests that failed lookups and unanswered broadcasts of one lane do not stop other lanes. */
describe('a poll with failed lookups or broadcasts without an answer', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  const aBench = (more?: Parameters<typeof sendBench>[1]) => sendBench(ledger, more)

  it('records the newer attempt as mined even if the lookup of the older attempt fails', async () => {
    const bench = aBench()
    const { chain, now, track, pollWith } = bench
    const { transaction } = await aFunding(ledger, bench)
    for (let n = 0; n < 3; n += 1) chain.fake.mine({ only: [] })
    await track()
    const [older, newer] = (await now(transaction)).attempts
    expect(newer).toBeDefined()
    chain.fake.mine({ only: newer ? [newer.hash] : [] })
    chain.fake.mineMany(3)
    const receipt = async (hash: Hash) => {
      if (hash === older?.hash) throw new ChainRefused('transaction not found', -32000)
      return await chain.fake.receipt(hash)
    }
    expect(await pollWith({ receipt })).toBeUndefined()
    expect(await now(transaction)).toMatchObject({
      state: 'succeeded',
      mined: { hash: newer?.hash },
    })
  })

  it('rebroadcasts even if the lookup in the pool fails', async () => {
    const bench = aBench()
    const { chain, pollWith } = bench
    await aFunding(ledger, bench)
    const before = chain.fake.sent.length
    const knows = async () => {
      throw new ChainRefused('transaction not found', -32000)
    }
    expect(await pollWith({ knows })).toBeUndefined()
    expect(chain.fake.sent.length).toBe(before + 1)
  })

  it.each([
    ['head', new ChainUnreachable('no head')],
    ['taggedHeight', new ChainRefused('no tag')],
    ['minedNonce', new ChainUnreachable('no nonce')],
  ])('rebroadcasts even if %s fails', async (question, error) => {
    const bench = aBench({ finality: { tag: 'finalized' } })
    const { chain, pollWith } = bench
    chain.fake.swallow = () => true
    await aFunding(ledger, bench)
    const before = chain.fake.sent.length
    const failing = { [question]: () => Promise.reject(error) }
    expect(await pollWith(failing)).toBe(error)
    expect(chain.fake.sent.length).toBe(before + 1)
  })

  it('broadcasts for all lanes even if one lane cannot be read', async () => {
    const bench = aBench()
    const { chain, pollWith, aSweep, sent, native } = bench
    chain.fake.swallow = () => true
    const sweeps = [await aSweep(), await aSweep(), await aSweep()]
    for (const sweep of sweeps) {
      chain.fake.setBalance(sweep.wallet, ether)
      await sent(native(sweep))
    }
    const before = chain.fake.sent.length
    const minedNonce = (sender: string) =>
      sender === sweeps[0]?.wallet
        ? Promise.reject(new ChainUnreachable('the node did not answer in time'))
        : Promise.resolve(0n)
    expect(await pollWith({ minedNonce })).toBeInstanceOf(ChainUnreachable)
    expect(chain.fake.sent.length).toBe(before + 3)
  })

  it('stops its broadcasts if no node answers', async () => {
    const bench = aBench()
    const { chain, pollWith, aSweep, sent, native, now } = bench
    chain.fake.swallow = () => true
    const all = []
    for (let n = 0; n < 20; n += 1) {
      const sweep = await aSweep()
      chain.fake.setBalance(sweep.wallet, ether)
      all.push(await sent(native(sweep)))
    }
    let sends = 0
    const away = () =>
      Promise.reject(new ChainUnreachable('the node answered HTTP 401 Unauthorized'))
    const send = async () => {
      sends += 1
      return await away()
    }
    await pollWith({ head: away, knows: away, send })
    // The poll tracks at most 16 lanes concurrently.
    expect(sends).toBeLessThanOrEqual(16)
    const words = (await Promise.all(all.map(now))).map(({ attempts }) => attempts[0]?.lastError)
    expect(words).toContain('no answer from the node: the node answered HTTP 401 Unauthorized')
  })

  it('continues with other broadcasts after a single broadcast without an answer', async () => {
    const bench = aBench()
    const { chain, pollWith, aSweep, sent, native, gas } = bench
    chain.fake.swallow = () => true
    const first = await sent(gas(await aSweep()))
    const wallets = []
    for (let n = 0; n < 3; n += 1) {
      const sweep = await aSweep()
      chain.fake.setBalance(sweep.wallet, ether)
      wallets.push(await sent(native(sweep)))
    }
    const before = chain.fake.sent.length
    const send = (raw: Hash) =>
      raw === first.attempts[0]?.raw
        ? Promise.reject(new ChainUnreachable('the node answered HTTP 413'))
        : chain.fake.send(raw)
    expect(await pollWith({ send })).toBeUndefined()
    expect(chain.fake.sent.length).toBe(before + wallets.length)
  })

  it('records mined transactions even if broadcasts get no answer', async () => {
    const bench = aBench()
    const { chain, pollWith, aSweep, sent, native, gas, now } = bench
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    const swept = await sent(native(sweep))
    chain.fake.mine()
    chain.fake.swallow = () => true
    await sent(gas(await aSweep()))
    const away = () => Promise.reject(new ChainUnreachable('the node did not answer in time'))
    await pollWith({ knows: away, send: away })
    expect((await now(swept)).mined).not.toBeNull()
  })

  it('stops its broadcasts after 16 unanswered broadcasts, even if lookups are answered', async () => {
    const bench = aBench({ maxInFlight: 100 })
    const { chain, pollWith, aSweep, sent, gas } = bench
    chain.fake.swallow = () => true
    for (let n = 0; n < 30; n += 1) await sent(gas(await aSweep()))
    let sends = 0
    const send = () => {
      sends += 1
      return Promise.reject(new ChainUnreachable('the node did not answer in time'))
    }
    await pollWith({ send })
    expect(sends).toBe(16)
  })
})
