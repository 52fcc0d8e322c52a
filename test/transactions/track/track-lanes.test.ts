import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChainUnreachable } from '../../../domain/errors.ts'
import { KeyMissing } from '../../../domain/money-errors.ts'
import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { ether } from '../../harness/factories/a-chain.ts'

/**
 * Tests cases that a real node cannot produce. The other cases run on anvil, in
 * track-lanes-anvil.test.ts.
 */
describe('tracking lanes', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  function aBench(more: Parameters<typeof aMoneyChain>[0] = {}) {
    const chain = aMoneyChain(more)
    return { chain, ...laneBench(ledger, chain) }
  }

  it('records no reorg if a lagging node lacks the receipt, and broadcasts the bytes to that node', async () => {
    const { chain, aSweep, sent, gas, now, track, log } = aBench()
    const transaction = await sent(gas(await aSweep()))
    chain.fake.mine()
    await track()
    const { mined } = await now(transaction)
    chain.fake.rollBack(1)
    await track()
    expect((await now(transaction)).mined).toEqual(mined)
    expect(chain.fake.sent.length).toBe(2)
    expect(log.lines.map((line) => line.message)).not.toContain(
      'transaction reorged out of its block',
    )
  })

  it('ignores a node that has the block but not the receipt', async () => {
    const { chain, aSweep, sent, gas, now, track } = aBench()
    const transaction = await sent(gas(await aSweep()))
    chain.fake.mine()
    await track()
    const state = Object.assign(Object.create(chain.fake), { receipt: async () => undefined })
    chain.fake.mineMany(5)
    const { cursors, lanes } = ledger
    const { log, metrics } = laneBench(ledger, chain)
    await trackLanes({ chain: { ...chain, state }, cursors, lanes, log, metrics })
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: { ok: true } })
    expect(chain.fake.sent.length).toBe(1)
  })

  it('ignores a receipt of an orphaned block (MONEY 21)', async () => {
    const { chain, aSweep, sent, gas, now, track, log, metrics } = aBench()
    const transaction = await sent(gas(await aSweep()))
    chain.fake.mine()
    await track()
    const stale = await chain.fake.receipt(transaction.attempts[0]?.hash ?? '0x')
    chain.fake.rollBack(1)
    chain.fake.mineMany(5)
    const state = Object.assign(Object.create(chain.fake), { receipt: async () => stale })
    await trackLanes({
      chain: { ...chain, state },
      cursors: ledger.cursors,
      lanes: ledger.lanes,
      log,
      metrics,
    })
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: null })
    expect(chain.fake.pool.size).toBe(1)
  })

  it('frees the wallet’s lane when the sweep is mined, but not when its gas is mined', async () => {
    const { chain, aSweep, sent, gas, native, track, laneHolder } = aBench()
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    await sent(gas(sweep))
    chain.fake.mine()
    await track()
    expect(await laneHolder(sweep.wallet)).toBe(sweep.sweepId)
    await sent(native(sweep))
    await track()
    expect(await laneHolder(sweep.wallet)).toBe(sweep.sweepId)
    const { number } = chain.fake.mine()
    await track()
    expect(await laneHolder(sweep.wallet)).toBeNull()
    const [lane] = await ledger.sql`
      select last_mined_block from lanes where sender = ${sweep.wallet}`
    expect(lane?.['last_mined_block']).toBe(String(number))
  })

  it('gives the wallet’s lane back to a sweep that a reorg removed, until the sweep is mined again', async () => {
    const { chain, aSweep, sent, native, now, track, laneHolder } = aBench()
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    const transaction = await sent(native(sweep))
    chain.fake.mine()
    await track()
    chain.fake.rollBack(1)
    chain.fake.mineMany(2)
    await track()
    expect((await now(transaction)).mined).toBeNull()
    expect(await laneHolder(sweep.wallet)).toBe(sweep.sweepId)
    const { number } = chain.fake.mine()
    await track()
    expect((await now(transaction)).mined?.blockNumber).toBe(number)
    expect(await laneHolder(sweep.wallet)).toBeNull()
    const [lane] = await ledger.sql`
      select last_mined_block from lanes where sender = ${sweep.wallet}`
    expect(lane?.['last_mined_block']).toBe(String(number))
  })

  it('rebroadcasts a reorged transaction unchanged, and bumps it only after bumpAfterBlocks new blocks', async () => {
    const { chain, aSweep, sent, gas, now, track } = aBench()
    const transaction = await sent(gas(await aSweep()))
    chain.fake.mine()
    await track()
    // Before the reorg, the attempt was already older than `bumpAfterBlocks`.
    for (let n = 0; n < 4; n += 1) chain.fake.mine()
    chain.fake.rollBack(5)
    for (let n = 0; n < 5; n += 1) chain.fake.mine({ only: [] })
    await track()
    for (let n = 0; n < 2; n += 1) {
      chain.fake.mine({ only: [] })
      await track()
    }
    expect(chain.fake.sent).toEqual(Array(2).fill(transaction.attempts[0]?.raw))
    chain.fake.mine({ only: [] })
    await track()
    expect((await now(transaction)).attempts.length).toBe(2)
  })

  it('rebroadcasts a mined and an unmined sweep of a wallet in their order after a reorg', async () => {
    const { chain, aSweep, sent, native, now, track, laneHolder } = aBench()
    const first = await aSweep()
    chain.fake.setBalance(first.wallet, ether)
    const one = await sent(native(first))
    chain.fake.mine()
    await track()
    const second = await aSweep(first.wallet, chain.chain.tokens[0]?.id)
    const two = await sent(native(second))
    await track()
    chain.fake.rollBack(1)
    chain.fake.pool.clear()
    chain.fake.mineMany(2)
    const before = chain.fake.sent.length
    await track()
    expect(chain.fake.sent.slice(before)).toEqual([one, two].map((t) => t.attempts[0]?.raw))
    // The sweep whose transaction was signed last still holds the lane.
    expect(await laneHolder(first.wallet)).toBe(second.sweepId)
    chain.fake.mine({ only: one.attempts.map((attempt) => attempt.hash) })
    await track()
    expect(await laneHolder(first.wallet)).toBe(second.sweepId)
    chain.fake.mine()
    await track()
    expect((await now(one)).mined?.ok && (await now(two)).mined?.ok).toBe(true)
    expect(await laneHolder(first.wallet)).toBeNull()
  })

  it('broadcasts the other transactions if one fails, and then rejects the poll', async () => {
    const { chain, aSweep, signed, gas, track } = aBench()
    const broken = await signed(gas(await aSweep()))
    const whole = await signed(gas(await aSweep()))
    await ledger.sql`delete from attempts where transaction_key = ${broken.key}`
    await expect(track()).rejects.toThrow('rows were changed by hand')
    expect(chain.fake.sent).toEqual([whole.attempts[0]?.raw])
  })

  it('keeps a transaction live if the signer refuses its bump, and completes the poll', async () => {
    const { chain, aSweep, sent, gas, now, log, metrics } = aBench()
    const transaction = await sent(gas(await aSweep()))
    chain.fake.quote = { ...chain.fake.quote, baseFeeWei: 40_000_000_000n }
    for (let n = 0; n < 5; n += 1) chain.fake.mine({ only: [] })
    const unlock = () => Promise.reject(new KeyMissing('its row has gone'))
    const { cursors, lanes } = ledger
    const refusing = { ...chain, signer: { ...chain.signer, unlock } }
    await trackLanes({ chain: refusing, cursors, lanes, log, metrics })
    expect(await now(transaction)).toMatchObject({ state: 'live', attempts: [{ number: 1 }] })
    expect(log.lines.filter(({ level }) => level === 'error').length).toBe(1)
  })

  it('rejects a poll at once if the node is unreachable', async () => {
    const { chain, aSweep, signed, gas, log, metrics } = aBench()
    await signed(gas(await aSweep()))
    await signed(gas(await aSweep()))
    let asked = 0
    const minedNonce = () => {
      asked += 1
      return Promise.reject(new ChainUnreachable('away'))
    }
    const state = Object.assign(Object.create(chain.fake), { minedNonce })
    const look = trackLanes({
      chain: { ...chain, state },
      cursors: ledger.cursors,
      lanes: ledger.lanes,
      log,
      metrics,
    })
    await expect(look).rejects.toThrow(ChainUnreachable)
    expect(asked).toBe(1)
  })

  it('ends no transaction above the scanner’s final height, because a rewind does not reopen ended transactions (MONEY 21)', async () => {
    const { chain, aSweep, sent, native, now, track } = aBench()
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    const transaction = await sent(native(sweep))
    chain.fake.mineMany(3)
    const follow = (height: bigint | null) =>
      ledger.sql`update scan_cursors set final_height = ${height === null ? null : `${height}`}
        where chain_id = ${chain.chain.id}`
    try {
      await follow(0n)
      await track()
      const seen = await now(transaction)
      const { mined } = seen
      expect(seen.state).toBe('live')
      if (!mined) throw new Error('it is not mined')
      // A poll may have read the final height before a rewind lowered it.
      const early = await ledger.lanes.end(seen, 'succeeded', mined.blockNumber)
      expect(early).toBeUndefined()
      expect((await now(transaction)).state).toBe('live')
      await follow(mined.blockNumber)
      await track()
      expect((await now(transaction)).state).toBe('succeeded')
    } finally {
      await follow(null)
    }
  })

  it('keeps an ended transaction unchanged after late writes of a leader that lost its lock', async () => {
    const { chain, aSweep, sent, native, now, track } = aBench()
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    const transaction = await sent(native(sweep))
    chain.fake.mineMany(3)
    await track()
    const ended = await now(transaction)
    expect(ended).toMatchObject({ state: 'succeeded', mined: { ok: true } })
    await ledger.lanes.forgetMined(ended, 10n)
    expect(await ledger.lanes.end(ended, 'displaced', 10n)).toBeUndefined()
    if (ended.mined) await ledger.lanes.recordMined(ended, { ...ended.mined, ok: false })
    expect(await now(transaction)).toEqual(ended)
  })

  it('records the text of a refusal, and keeps the transaction live until it is final (MONEY 4)', async () => {
    const { chain, aSweep, sent, gas, now, track } = aBench()
    chain.fake.refuse = () => 'max fee per gas less than block base fee'
    const transaction = await sent(gas(await aSweep()))
    const said = () => ledger.sql`
      select sends, last_error from attempts where transaction_key = ${transaction.key}`
    expect((await said())[0]).toMatchObject({
      sends: 1,
      last_error: expect.stringContaining('base fee'),
    })
    await track()
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: null })
    chain.fake.refuse = undefined
    await track()
    expect((await said())[0]).toMatchObject({ sends: 3, last_error: null })
    chain.fake.mineMany(3)
    await track()
    expect((await now(transaction)).state).toBe('succeeded')
  })
})
