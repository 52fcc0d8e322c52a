import { describe, expect, it } from 'vitest'
import { sweepWorkflowId } from '../../../../workflows/contract.ts'
import {
  by,
  chainId,
  type OrdersBench,
  ordersBench,
} from '../../../harness/benches/orders-bench.ts'
import { minute } from '../../../harness/benches/own-ledger.ts'
import { wallet } from '../../../harness/factories/a-chain.ts'

let bench: OrdersBench
ordersBench((own) => {
  bench = own
})

describe('skip, an operator’s order for a deposit', () => {
  it('ends the deposit as ignored, wakes deposits that waited for it, and lets a later sweep move its amount', async () => {
    const big = await bench.held({ blockNumber: 4n })
    const other = await bench.ledger.put({ reason: `held-by ${big.id}` })
    const state = 'ignored(skipped by ann)'
    expect(await bench.orders.skip(big.id, by)).toEqual({ kind: 'done', state })
    expect(await bench.orders.skip(big.id, { operator: 'bob', reason: 'again' })).toEqual({
      kind: 'already',
      state,
    })
    expect(await bench.actions(big)).toEqual([{ ...by, action: 'skip' }])
    expect(await bench.due()).toContain(sweepWorkflowId(other.id))
    const mine = await bench.claim(other)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    await bench.ledger.sweeps.saveOutcome(mine.sweep.id, {
      txHash: `0x${'1'.repeat(64)}`,
      blockNumber: 9n,
      txIndex: 0,
      leftAmount: 3_000_000n,
      arrivedAmount: 3_000_000n,
      coverableAmount: 3_000_000n,
      emptied: true,
      remainingAmount: 0n,
      logOrder: 0,
      creditsBefore: 0,
      gasSpentWei: 0n,
    })
    expect(await bench.ledger.sweeps.close(mine.sweep.id)).toBe(2)
    expect(await bench.stateOf(big)).toBe('done')
  })

  it('closes the unsigned sweep of the deposit’s run and frees the lane, so that the run cannot sign', async () => {
    const deposit = await bench.ledger.put()
    const mine = await bench.claim(deposit)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    expect(await bench.orders.skip(deposit.id, by)).toMatchObject({ kind: 'done' })
    const open = bench.ledger.lanes.withLane(
      { chainId, sender: wallet, role: 'wallet', chainNonce: 0n },
      async (lane) => [await lane.isSweepOpen(mine.sweep.id), lane.holderSweepId],
    )
    expect(await open).toEqual([false, null])
    expect(
      await bench.ledger.sweeps.renew(mine.sweep.id, sweepWorkflowId(deposit.id), minute),
    ).toBe(false)
  })

  it('leaves a sweep open that the run of another deposit drives', async () => {
    const driver = await bench.ledger.put()
    const other = await bench.ledger.put({ reason: 'queued' })
    const mine = await bench.claim(driver)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    expect(await bench.orders.skip(other.id, by)).toMatchObject({ kind: 'done' })
    expect(await bench.ledger.sweeps.renew(mine.sweep.id, sweepWorkflowId(driver.id), minute)).toBe(
      true,
    )
  })

  it.each([
    ['the sweep is signed', 'sweep', 'live'],
    ['the sweep is final and not recorded', 'sweep', 'succeeded'],
    ['gas is in flight', 'gas', 'live'],
  ] as const)('is refused while %s', async (_, step, state) => {
    const deposit = await bench.ledger.put()
    const mine = await bench.claim(deposit)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    await bench.sign(mine.sweep.id, { step, state })
    const before = await bench.stateOf(deposit)
    expect(await bench.orders.skip(deposit.id, by)).toMatchObject({
      kind: 'refused',
      state: before,
    })
    expect(await bench.stateOf(deposit)).toBe(before)
    expect(await bench.actions(deposit)).toEqual([])
    // A skip of another deposit of the wallet and asset is also refused, because the sweep may
    // cover that deposit.
    const other = await bench.ledger.put({ reason: `sweep ${mine.sweep.id}` })
    expect(await bench.orders.skip(other.id, by)).toMatchObject({ kind: 'refused' })
  })

  it('is accepted once the outcome of the signed sweep is known', async () => {
    const deposit = await bench.ledger.put()
    const mine = await bench.claim(deposit)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    await bench.sign(mine.sweep.id, { state: 'reverted' })
    expect(await bench.orders.skip(deposit.id, by)).toMatchObject({ kind: 'done' })
    const [row] = await bench.ledger.sql`select outcome, closed_at from sweeps`
    expect(row).toMatchObject({ outcome: 'skipped', closed_at: expect.any(Date) })
  })

  it.each([
    ['done', { state: 'done', covered: true }],
    ['dust', { state: 'ignored', reason: 'dust' }],
    ['orphaned', { state: 'orphaned' }],
    ['not final yet', { state: 'confirming', reason: '', confirmedAt: null }],
  ] as const)('is refused for a deposit that is %s', async (_, more) => {
    const deposit = await bench.ledger.put(more)
    const before = await bench.stateOf(deposit)
    expect(await bench.orders.skip(deposit.id, by)).toMatchObject({ kind: 'refused' })
    expect([await bench.stateOf(deposit), await bench.actions(deposit)]).toEqual([before, []])
  })
})
