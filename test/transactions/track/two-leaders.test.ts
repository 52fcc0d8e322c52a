import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LaneWatch } from '../../../domain/lanes/lane-watch.ts'
import { tendLanes } from '../../../transactions/track/track-lane.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { aLatch } from '../../harness/waiting/a-latch.ts'

/** A host that stops for longer than a lock lasts goes on with what it had read. */
describe('a lane leader that slept in mid-look, and its successor', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  function aBench() {
    const chain = aMoneyChain()
    const bench = laneBench(ledger, chain)
    const { log, metrics } = bench
    return {
      chain,
      ...bench,
      look: (watch: Partial<LaneWatch>) =>
        tendLanes({ ...ledger, chain, watch: { ...ledger.watch, ...watch }, log, metrics }),
      async aSweepSent() {
        const sweep = await bench.aSweep()
        chain.fake.setBalance(sweep.wallet, ether)
        return await bench.sent(bench.native(sweep))
      },
    }
  }
  type Bench = ReturnType<typeof aBench>

  /**
   * The successor sees it mined, and then final; just before it writes so, the sleeper wakes and
   * writes.
   */
  async function succeeds(
    { chain, tend, look }: Bench,
    gate: ReturnType<typeof aLatch>,
    sleeper: Promise<void>,
  ) {
    await tend()
    chain.fake.mine()
    await tend()
    chain.fake.mineMany(3)
    await look({
      async end(...judged) {
        gate.open()
        await sleeper
        return ledger.watch.end(...judged)
      },
    })
    for (let later = 0; later < 3; later += 1) {
      chain.fake.mine()
      await tend()
    }
  }

  it('what it forgets late takes no block from an ended transaction', async () => {
    const bench = aBench()
    const { chain, now, tend, look } = bench
    const transaction = await bench.aSweepSent()
    chain.fake.mine()
    await tend()
    chain.fake.rollBack(1)
    chain.fake.mine({ only: [] })
    const gate = aLatch()
    const sleeper = look({
      async forgetMined(...read) {
        await gate.pass()
        return ledger.watch.forgetMined(...read)
      },
    })
    await gate.reached
    await succeeds(bench, gate, sleeper)
    const { state, mined } = await now(transaction)
    expect([state, mined?.hash]).toEqual(['succeeded', transaction.attempts[0]?.hash])
  })

  it('what it records late puts no ended transaction into a block that the chain has left', async () => {
    const bench = aBench()
    const { chain, now, look } = bench
    const transaction = await bench.aSweepSent()
    chain.fake.mine()
    const gate = aLatch()
    const sleeper = look({
      async recordMined(...read) {
        await gate.pass()
        return ledger.watch.recordMined(...read)
      },
    })
    await gate.reached
    chain.fake.rollBack(1)
    chain.fake.mine({ only: [] })
    await succeeds(bench, gate, sleeper)
    const { state, mined } = await now(transaction)
    const canonical = await chain.fake.blockHash(mined?.blockNumber ?? 0n)
    expect([state, mined?.blockHash]).toEqual(['succeeded', canonical])
  })

  it('calls no bump that it did not know of a stranger’s', async () => {
    const { chain, aSweep, sent, gas, now, tend, look, log } = aBench()
    const transaction = await sent(gas(await aSweep()))
    const gate = aLatch()
    const sleeper = look({
      async live(chainId) {
        const live = await ledger.watch.live(chainId)
        await gate.pass()
        return live
      },
    })
    await gate.reached
    chain.fake.quote = { baseFeeWei: 5n * gwei, gasPriceWei: 10n * gwei, priorityFeeWei: gwei }
    for (let n = 0; n < 6; n += 1) {
      chain.fake.mine({ only: [] })
      await tend()
    }
    const bumped = await now(transaction)
    expect(bumped.attempts.length).toBeGreaterThan(1)
    chain.fake.mine({ only: [bumped.attempts.at(-1)?.hash ?? '0x'] })
    chain.fake.mineMany(5)
    gate.open()
    await sleeper
    await tend()
    expect((await now(transaction)).state).toBe('succeeded')
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
