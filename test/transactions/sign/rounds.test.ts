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
    /** Sends a transaction and mines until it is final. Returns the block that includes it. */
    async function ended(request: OpenRequest, ok = true) {
      const hash = (await bench.sent(request)).attempts[0]?.hash
      const block = chain.fake.mine({ failing: ok || !hash ? [] : [hash] })
      chain.fake.mineMany(2)
      await bench.track()
      return block.number
    }
    return { chain, ended, ...bench }
  }

  it('opens another round after a success only if the wallet lacked gas at or after the block of the success', async () => {
    const { aSweep, ended, signed, gas } = aBench()
    const sweep = await aSweep()
    const minedAt = await ended(gas(sweep))
    expect((await signed(gas(sweep))).round).toBe(1)
    expect((await signed(gas(sweep, { shortAtBlock: minedAt - 1n }))).round).toBe(1)
    expect((await signed(gas(sweep, { shortAtBlock: minedAt }))).round).toBe(2)
    expect((await signed(gas(sweep, { shortAtBlock: minedAt + 5n }))).round).toBe(2)
  })

  it('opens no round while a mined transaction is not final, even if the wallet lacks gas', async () => {
    const { chain, aSweep, sent, signed, gas, track } = aBench()
    const sweep = await aSweep()
    await sent(gas(sweep))
    const { number } = chain.fake.mine()
    await track()
    expect((await signed(gas(sweep, { shortAtBlock: number }))).round).toBe(1)
  })

  it('signs no second transaction for a sweep that succeeded', async () => {
    const { chain, aSweep, ended, signed, native } = aBench()
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    await ended(native(sweep))
    expect(await signed(native(sweep))).toMatchObject({ round: 1, state: 'succeeded' })
  })

  it('opens another round after each revert, up to the maximum', async () => {
    const { aSweep, open, ended, gas } = aBench()
    const sweep = await aSweep()
    for (let round = 1; round <= maxRounds; round += 1) {
      expect(await open(gas(sweep))).toMatchObject({ transaction: { round } })
      await ended(gas(sweep), false)
    }
    expect(await open(gas(sweep))).toEqual({ kind: 'rounds-exhausted' })
  })

  it('opens no round whose gas would raise the sum of all rounds above maxPerSweep', async () => {
    const { chain, aSweep, open, ended, gas } = aBench({
      gas: {
        maxFeeWei: 200n * gwei,
        maxPriorityFeeWei: 2n * gwei,
        maxPerSweepWei: 110_000n * gwei,
        maxFeeShare: 25n,
        maxGas: 100_000n,
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
          valueWei: 60_000n * gwei,
        },
        ...more,
      })
    const minedAt = await ended(six())
    expect(await open(six({ shortAtBlock: minedAt }))).toEqual({ kind: 'gas-cap' })
  })
})
