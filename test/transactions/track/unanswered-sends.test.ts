import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Hash } from '../../../domain/address.ts'
import { ChainRefused, ChainUnreachable } from '../../../domain/errors.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { aFunding, sendBench } from '../../harness/benches/send-bench.ts'
import { ether } from '../../harness/factories/a-chain.ts'

/** Lookups that fail, and sends that no node answers: no lane waits for another's. */
describe('lookups that fail, and sends without an answer', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  const aBench = (more?: Parameters<typeof sendBench>[1]) => sendBench(ledger, more)

  it('a failing lookup of the older attempt does not hide that the newer one was mined', async () => {
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

  it('a failing lookup of the pool never stops a rebroadcast', async () => {
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
  ])('a failing %s never stops a rebroadcast', async (question, error) => {
    const bench = aBench({ finality: { tag: 'finalized' } })
    const { chain, pollWith } = bench
    chain.fake.swallow = () => true
    await aFunding(ledger, bench)
    const before = chain.fake.sent.length
    const failing = { [question]: () => Promise.reject(error) }
    expect(await pollWith(failing)).toBe(error)
    expect(chain.fake.sent.length).toBe(before + 1)
  })

  it('one lane that can’t be read does not keep the others from the chain', async () => {
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

  it('where no node answers a send, the poll sends nothing more', async () => {
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
    // As many as are tracked at once.
    expect(sends).toBeLessThanOrEqual(16)
    const words = (await Promise.all(all.map(now))).map(({ attempts }) => attempts[0]?.lastError)
    expect(words).toContain('no answer from the node: the node answered HTTP 401 Unauthorized')
  })

  it('a send that alone gets no answer keeps no other from the chain', async () => {
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

  it('where sends get no answer, what was mined is recorded all the same', async () => {
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

  it('sends that hang while lookups are answered end the poll’s sending after 16 of them', async () => {
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
