import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import type { Claim } from '../../../../domain/sweeps/sweep-store.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { coldWallet, gwei, token } from '../../../harness/factories/a-chain.ts'
import { aHash, aMined } from '../../../harness/factories/a-transaction.ts'
import { type Draw, drawFrom } from '../../../harness/factories/draw.ts'
import { seedOfTest } from '../../../harness/factories/seed-of-test.ts'

/**
 * Runs, the lane loop and the keeper's lane work on a few wallets at the same time. A wrong lock
 * order would fail this test, because PostgreSQL reports a deadlock (40P01) within a second.
 */
describe('many concurrent runs on the same wallets', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const chainId = 31337
  const keeper: Address = `0x${'ee'.repeat(20)}`
  const leaseMs = 40
  const mined: Promise<void>[] = []

  it('cover each deposit once without a deadlock, and leave no open sweep or held lane', async () => {
    const seed = seedOfTest()
    const { times, below } = drawFrom(seed)
    const hexDigits = () => times(40, () => below(16).toString(16)).join('')
    const wallets = times(3, (): Address => `0x${hexDigits()}`)
    const deposits = await Promise.all(
      wallets.flatMap((wallet) =>
        [token, token, 'native' as const].map((asset) => ledger.put({ wallet, asset, amount: 1n })),
      ),
    )
    // Each run draws from a generator of its own, so that no other run changes its values.
    const draws = deposits.map((_, i) => drawFrom(seed + i + 1))
    await Promise.all(deposits.map((deposit, i) => runOf(deposit, `run-${i}`, draws[i] as Draw)))
    await Promise.all(mined)
    const rows = await ledger.sql`
      select d.id from deposits d join sweeps s on s.id = d.sweep_id
      where d.covered and d.state = 'done' and s.outcome = 'swept'`
    expect(rows.length).toBe(deposits.length)
    const twice = await ledger.sql`
      select body->>'depositId' from outbox where route = 'sweep.done' group by 1 having count(*) > 1`
    expect(twice.length).toBe(0)
    const open = await ledger.sql`select 1 from sweeps where closed_at is null`
    const held = await ledger.sql`select 1 from lanes where holder_sweep_id is not null`
    expect([open.length, held.length]).toEqual([0, 0])
  })

  /**
   * Claims and drives a sweep like a workflow, with short leases and random sleeps, until the
   * deposit is done.
   */
  async function runOf(deposit: Deposit, holder: string, draw: Draw): Promise<void> {
    for (let tries = 0; tries < 500; tries += 1) {
      const claim = await ledger.sweeps.claim(deposit, holder, leaseMs, 0n)
      if (claim.kind === 'terminal') return
      if (claim.kind === 'mine') await drive(deposit, holder, claim, draw)
      else if (claim.kind === 'halted' || claim.kind === 'lane-behind')
        throw new Error('nobody holds or takes anything here')
      else await change(deposit, holder, null, `sweep ${claim.sweepId}`)
      await oddPause(draw)
    }
    throw new Error(`${deposit.id} was never done`)
  }

  async function drive(
    deposit: Deposit,
    holder: string,
    { sweep }: Claim & { kind: 'mine' },
    draw: Draw,
  ) {
    if (draw.chance(0.3)) return await change(deposit, holder, sweep.id, 'keeper-low')
    if (deposit.asset !== 'native') await sign(keeper, 'keeper', sweep.id, draw)
    await oddPause(draw)
    if (draw.chance(0.3)) return await change(deposit, holder, sweep.id, 'gas-price')
    const key = await sign(deposit.wallet, 'wallet', sweep.id, draw)
    if (!key) return
    await oddPause(draw)
    const { lanes } = ledger
    const now = async () => {
      const found = (await lanes.ofSweep(sweep.id)).find((it) => it.key === key)
      if (!found) throw new Error(`${key} has gone`)
      return found
    }
    await lanes.recordMined(await now(), aMined({ blockNumber: 50n }))
    if (draw.chance(0.3)) await lanes.forgetMined(await now(), 10n)
    await lanes.recordMined(await now(), aMined({ blockNumber: 51n }))
    await lanes.end(await now(), 'succeeded', 51n)
    await ledger.sweeps.saveOutcome(sweep.id, {
      txHash: aHash(),
      blockNumber: 51n,
      txIndex: 0,
      leftAmount: 9n,
      arrivedAmount: 9n,
      coverableAmount: 9n,
      emptied: true,
      remainingAmount: 0n,
      logOrder: 0,
      creditsBefore: 0,
      gasSpentWei: 0n,
    })
    await Promise.all([ledger.sweeps.close(sweep.id), ledger.sweeps.close(sweep.id)])
  }

  async function minedSoon(key: string, draw: Draw): Promise<void> {
    await oddPause(draw)
    await ledger.lanes.recordMined({ key, mined: null }, aMined())
  }

  function change(deposit: Deposit, holder: string, sweepId: string | null, reason: string) {
    const state = { depositId: deposit.id, state: 'waiting', reason, detail: '' } as const
    return ledger.sweeps.releaseSweep(sweepId, holder, state)
  }

  /** Takes the same locks in the same order as openTransaction, without a signature. */
  function sign(sender: Address, role: 'keeper' | 'wallet', sweepId: string, draw: Draw) {
    const step = role === 'keeper' ? 'gas' : 'sweep'
    return ledger.lanes.withLane({ chainId, sender, role, chainNonce: 0n }, async (lane) => {
      const [last] = (await lane.rounds(sweepId, step)).slice(-1)
      if (last) return last.key
      if (!(await lane.isSweepOpen(sweepId))) return undefined
      if (role === 'wallet' && lane.holderSweepId !== sweepId) return undefined
      const { key } = await lane.insert({
        sweepId,
        step,
        round: 1,
        nonce: lane.nextNonce,
        to: coldWallet,
        valueWei: 1n,
        data: '0x',
        fees: { gasLimit: 21_000n, maxFeeWei: gwei, maxPriorityFeeWei: gwei },
        feeCapWei: gwei,
        l1FeeWei: 0n,
        signed: { hash: aHash(), raw: '0x02' },
        balanceBlock: null,
        signedBlock: 10n,
      })
      if (role === 'keeper') mined.push(minedSoon(key, draw))
      return key
    })
  }
})

function oddPause(draw: Draw): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, draw.below(60)))
}
