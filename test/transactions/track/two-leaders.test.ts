import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LaneTracking } from '../../../domain/lanes/lane-store.ts'
import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { aLatch } from '../../harness/waiting/a-latch.ts'

/**
 * Tests a leader whose host sleeps longer than the lock lasts. After the sleep, the leader writes
 * on the basis of reads from before the sleep.
 */
describe('a lane leader that sleeps during a poll while a successor leads', () => {
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
      poll: (lanes: Partial<LaneTracking>) =>
        trackLanes({ ...ledger, chain, lanes: { ...ledger.lanes, ...lanes }, log, metrics }),
      async aSweepSent() {
        const sweep = await bench.aSweep()
        chain.fake.setBalance(sweep.wallet, ether)
        return await bench.sent(bench.native(sweep))
      },
    }
  }
  type Bench = ReturnType<typeof aBench>

  /**
   * Polls as the successor, which sees the transaction mined and then final. Wakes the sleeping
   * leader, so that it writes just before the successor writes the end.
   */
  async function succeeds(
    { chain, track, poll }: Bench,
    gate: ReturnType<typeof aLatch>,
    sleeper: Promise<void>,
  ) {
    await track()
    chain.fake.mine()
    await track()
    chain.fake.mineMany(3)
    await poll({
      async end(...judged) {
        gate.open()
        await sleeper
        return ledger.lanes.end(...judged)
      },
    })
    for (let later = 0; later < 3; later += 1) {
      chain.fake.mine()
      await track()
    }
  }

  it('does not remove the block of an ended transaction with a late call of forgetMined', async () => {
    const bench = aBench()
    const { chain, now, track, poll } = bench
    const transaction = await bench.aSweepSent()
    chain.fake.mine()
    await track()
    chain.fake.rollBack(1)
    chain.fake.mine({ only: [] })
    const gate = aLatch()
    const sleeper = poll({
      async forgetMined(...read) {
        await gate.pass()
        return ledger.lanes.forgetMined(...read)
      },
    })
    await gate.reached
    await succeeds(bench, gate, sleeper)
    const { state, mined } = await now(transaction)
    expect([state, mined?.hash]).toEqual(['succeeded', transaction.attempts[0]?.hash])
  })

  it('does not move an ended transaction into an orphaned block with a late call of recordMined', async () => {
    const bench = aBench()
    const { chain, now, poll } = bench
    const transaction = await bench.aSweepSent()
    chain.fake.mine()
    const gate = aLatch()
    const sleeper = poll({
      async recordMined(...read) {
        await gate.pass()
        return ledger.lanes.recordMined(...read)
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

  it('does not treat a bump of the successor as an external transaction', async () => {
    const { chain, aSweep, sent, gas, now, track, poll, log } = aBench()
    const transaction = await sent(gas(await aSweep()))
    const gate = aLatch()
    const sleeper = poll({
      async live(chainId) {
        const live = await ledger.lanes.live(chainId)
        await gate.pass()
        return live
      },
    })
    await gate.reached
    chain.fake.quote = { baseFeeWei: 5n * gwei, gasPriceWei: 10n * gwei, priorityFeeWei: gwei }
    for (let n = 0; n < 6; n += 1) {
      chain.fake.mine({ only: [] })
      await track()
    }
    const bumped = await now(transaction)
    expect(bumped.attempts.length).toBeGreaterThan(1)
    chain.fake.mine({ only: [bumped.attempts.at(-1)?.hash ?? '0x'] })
    chain.fake.mineMany(5)
    gate.open()
    await sleeper
    await track()
    expect((await now(transaction)).state).toBe('succeeded')
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
