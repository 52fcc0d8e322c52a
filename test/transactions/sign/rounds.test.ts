import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenRequest } from '../../../transactions/sign/open-transaction.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { laneBench, maxRounds } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'

describe('rounds of a step (MONEY 2)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  function aBench(more: Parameters<typeof aMoneyChain>[0] = {}) {
    const chain = aMoneyChain(more)
    const bench = laneBench(ledger, chain)
    /** Sends it and lets it become final; answers the block it was mined in. */
    async function ended(request: OpenRequest, ok = true) {
      const hash = (await bench.sent(request)).attempts[0]?.hash
      const block = chain.fake.mine({ failing: ok || !hash ? [] : [hash] })
      chain.fake.mineMany(2)
      await bench.track()
      return block.number
    }
    return { chain, ended, ...bench }
  }

  it('after success a repeat opens nothing, unless the wallet was short at or after its block', async () => {
    const { aSweep, ended, signed, gas } = aBench()
    const sweep = await aSweep()
    const minedAt = await ended(gas(sweep))
    expect((await signed(gas(sweep))).round).toBe(1)
    expect((await signed(gas(sweep, { shortAtBlock: minedAt - 1n }))).round).toBe(1)
    expect((await signed(gas(sweep, { shortAtBlock: minedAt }))).round).toBe(2)
    expect((await signed(gas(sweep, { shortAtBlock: minedAt + 5n }))).round).toBe(2)
  })

  it('a mined round is not ended: until it is final, short or not, the round stays the same', async () => {
    const { chain, aSweep, sent, signed, gas, track } = aBench()
    const sweep = await aSweep()
    await sent(gas(sweep))
    const { number } = chain.fake.mine()
    await track()
    expect((await signed(gas(sweep, { shortAtBlock: number }))).round).toBe(1)
  })

  it('a sweep that succeeded gets no second transaction', async () => {
    const { chain, aSweep, ended, signed, native } = aBench()
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    await ended(native(sweep))
    expect(await signed(native(sweep))).toMatchObject({ round: 1, state: 'succeeded' })
  })

  it('as many rounds as may be, each after one that reverted; then no more', async () => {
    const { aSweep, open, ended, gas } = aBench()
    const sweep = await aSweep()
    for (let round = 1; round <= maxRounds; round += 1) {
      expect(await open(gas(sweep))).toMatchObject({ transaction: { round } })
      await ended(gas(sweep), false)
    }
    expect(await open(gas(sweep))).toEqual({ kind: 'rounds-exhausted' })
  })

  it('all rounds of a sweep together give no more gas than its cap', async () => {
    const { chain, aSweep, open, ended, gas } = aBench({
      gas: {
        maxFeeWei: 200n * gwei,
        maxPriorityFeeWei: 2n * gwei,
        maxPerSweepWei: 11n * gwei,
        bumpAfterBlocks: 3,
      },
    })
    const sweep = await aSweep()
    const six = (more: Partial<OpenRequest> = {}) =>
      gas(sweep, {
        intent: {
          kind: 'fund-gas',
          chainId: chain.chain.id,
          wallet: sweep.wallet,
          valueWei: 6n * gwei,
        },
        ...more,
      })
    const minedAt = await ended(six())
    expect(await open(six({ shortAtBlock: minedAt }))).toEqual({ kind: 'gas-cap' })
  })
})
