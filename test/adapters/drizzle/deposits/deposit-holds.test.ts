import { describe, expect, it } from 'vitest'
import { pauseChain } from '../../../../adapters/drizzle/chains/pause-chain.ts'
import type { Address } from '../../../../domain/address.ts'
import type { LockedLane } from '../../../../domain/lanes/locked-lane.ts'
import { sweepWorkflowId } from '../../../../workflows/contract.ts'
import {
  by,
  chainId,
  type OrdersBench,
  ordersBench,
} from '../../../harness/benches/orders-bench.ts'
import { coldWallet, wallet } from '../../../harness/factories/a-chain.ts'
import { drawAddress } from '../../../harness/factories/seed-rows.ts'

let bench: OrdersBench
ordersBench((own) => {
  bench = own
})

describe('a held deposit (MONEY 16)', () => {
  it('stops plans for its wallet’s asset, but not for another asset of the wallet', async () => {
    const big = await bench.held()
    const small = await bench.ledger.put()
    const halt = { kind: 'held', depositId: big.id, why: 'approval' }
    expect(await bench.claim(big)).toEqual({ kind: 'halted', halt })
    expect(await bench.claim(small)).toEqual({ kind: 'halted', halt })
    expect(await bench.ledger.sql`select 1 from sweeps`).toHaveLength(0)
    expect(await bench.claim(await bench.ledger.put({ asset: 'native' }))).toMatchObject({
      kind: 'mine',
    })
  })

  it('stops the signatures of sweep and gas if an operator sets the hold after the plan', async () => {
    const { deposit, sweep } = await bench.ledger.claimed()
    const halted = (sender = wallet, role: 'wallet' | 'keeper' = 'wallet') =>
      bench.ledger.lanes.withLane({ chainId, sender, role, chainNonce: 0n }, (lane) =>
        lane.haltOf(sweep.id, coldWallet),
      )
    expect(await halted()).toBeUndefined()
    await bench.orders.pause(deposit.id, by)
    const halt = { kind: 'held', depositId: deposit.id, why: 'paused by ann' }
    expect(await halted()).toEqual(halt)
    expect(await halted(drawAddress() as typeof wallet, 'keeper')).toEqual(halt)
  })

  it.each([
    ['covered', { covered: true, state: 'done' }],
    ['skipped', { state: 'ignored' }],
    ['orphaned', { state: 'orphaned' }],
  ] as const)('stops no other deposit once the held deposit is %s', async (_, more) => {
    await bench.held(more)
    expect(await bench.claim(await bench.ledger.put())).toMatchObject({ kind: 'mine' })
  })

  it('stops a sweep that was signed before the hold only if the sweep reverts', async () => {
    const { deposit, sweep } = await bench.ledger.claimed({}, 'run')
    await bench.sign(sweep.id)
    await bench.held()
    expect(await bench.claim(deposit, 'run')).toMatchObject({ kind: 'mine' })
    const moreGas = (lane: LockedLane) => lane.haltOf(sweep.id, coldWallet)
    const keeper = {
      chainId,
      sender: drawAddress() as Address,
      role: 'keeper',
      chainNonce: 0n,
    } as const
    expect(await bench.ledger.lanes.withLane(keeper, moreGas)).toBeUndefined()
    await bench.ledger.sql`update transactions set state = 'succeeded'`
    expect(await bench.claim(deposit, 'run')).toMatchObject({ kind: 'mine' })
    await bench.ledger.sql`update transactions set state = 'reverted'`
    expect(await bench.claim(deposit, 'run')).toMatchObject({ kind: 'halted' })
  })
})

describe('approve', () => {
  it('ends the hold, records the order once, and wakes every deposit that waited for it', async () => {
    const big = await bench.held()
    const other = await bench.ledger.put({ reason: `held-by ${big.id}` })
    const asked = await bench.ledger.put({
      state: 'needs-attention',
      reason: `waited-too-long held-by ${big.id}`,
    })
    expect(await bench.due()).toEqual([])
    expect(await bench.orders.approve(big.id, by)).toEqual({
      kind: 'done',
      state: 'waiting(queued)',
    })
    expect((await bench.due()).sort()).toEqual(
      [big, other, asked].map((d) => sweepWorkflowId(d.id)).sort(),
    )
    expect(await bench.orders.approve(big.id, by)).toEqual({
      kind: 'already',
      state: 'waiting(queued)',
    })
    expect(await bench.actions(big)).toEqual([{ ...by, action: 'approve' }])
    expect(await bench.claim(other)).toMatchObject({ kind: 'mine' })
  })

  it('ends the hold of a deposit that waited so long that it needs attention', async () => {
    const big = await bench.held({ state: 'needs-attention', reason: 'waited-too-long approval' })
    expect(await bench.orders.approve(big.id, by)).toEqual({
      kind: 'done',
      state: 'waiting(queued)',
    })
  })

  it('is not overwritten by a run that sets needs-attention just after the approval', async () => {
    const deposit = await bench.held({ state: 'waiting' })
    await bench.ledger.sweeps.touch(deposit.id)
    expect(await bench.orders.approve(deposit.id, by)).toMatchObject({ kind: 'done' })
    const late = { state: 'needs-attention', reason: 'waited-too-long approval' } as const
    await bench.ledger.sweeps.releaseSweep(null, 'run', {
      depositId: deposit.id,
      ...late,
      detail: '',
    })
    expect(await bench.stateOf(deposit)).toBe('waiting(queued)')
    expect(await bench.due()).toEqual([sweepWorkflowId(deposit.id)])
  })

  it('is refused for a deposit without a hold', async () => {
    const deposit = await bench.ledger.put()
    expect(await bench.orders.approve(deposit.id, by)).toMatchObject({ kind: 'refused' })
    expect(await bench.actions(deposit)).toEqual([])
  })
})

describe('pause and resume', () => {
  it('set and end a hold, and record each order once', async () => {
    const deposit = await bench.ledger.put()
    expect(await bench.orders.pause(deposit.id, by)).toEqual({
      kind: 'done',
      state: 'waiting(paused)',
    })
    expect(await bench.orders.pause(deposit.id, by)).toMatchObject({ kind: 'already' })
    expect(await bench.claim(await bench.ledger.put())).toMatchObject({ kind: 'halted' })
    expect(await bench.orders.resume(deposit.id, by)).toEqual({
      kind: 'done',
      state: 'waiting(queued)',
    })
    expect(await bench.orders.resume(deposit.id, by)).toMatchObject({ kind: 'already' })
    expect((await bench.actions(deposit)).map((row) => row['action' as never])).toEqual([
      'pause',
      'resume',
    ])
    expect(await bench.orders.pause(deposit.id, by)).toMatchObject({ kind: 'done' })
  })

  it('resume is refused for a deposit that needs an approval', async () => {
    const big = await bench.held()
    expect(await bench.orders.resume(big.id, by)).toMatchObject({ kind: 'refused' })
    expect(await bench.claim(big)).toMatchObject({ kind: 'halted' })
  })

  it('approve is refused for a deposit that another operator paused', async () => {
    const deposit = await bench.ledger.put()
    await bench.orders.pause(deposit.id, by)
    expect(await bench.orders.approve(deposit.id, { operator: 'bob', reason: 'fine' })).toEqual({
      kind: 'refused',
      state: 'waiting(paused)',
      why: 'it is paused by ann: "coldsweep resume", once its reason is gone',
    })
    expect(await bench.claim(deposit)).toMatchObject({ kind: 'halted' })
  })

  it('a paused deposit that needs an approval stays held until both resume and approve', async () => {
    const big = await bench.held()
    expect(await bench.orders.pause(big.id, by)).toEqual({ kind: 'done', state: 'waiting(paused)' })
    expect(await bench.orders.approve(big.id, by)).toMatchObject({ kind: 'refused' })
    expect(await bench.orders.resume(big.id, by)).toEqual({
      kind: 'done',
      state: 'waiting(approval)',
    })
    expect(await bench.claim(big)).toMatchObject({ kind: 'halted' })
    expect(await bench.orders.approve(big.id, by)).toEqual({
      kind: 'done',
      state: 'waiting(queued)',
    })
    expect(await bench.claim(big)).toMatchObject({ kind: 'mine' })
  })

  it('pause is refused once the deposit’s sweep is signed', async () => {
    const { deposit, sweep } = await bench.ledger.claimed()
    await bench.sign(sweep.id)
    expect(await bench.orders.pause(deposit.id, by)).toMatchObject({ kind: 'refused' })
  })

  it('a pause of the chain stops plans and signatures, and its resume wakes the deposits that waited', async () => {
    const { sweep } = await bench.ledger.claimed()
    const deposit = await bench.ledger.put({
      wallet: drawAddress() as typeof wallet,
      reason: 'chain-paused',
    })
    expect(await pauseChain(bench.ledger.db, chainId, by, true)).toEqual({
      kind: 'done',
      state: 'paused',
    })
    expect(await pauseChain(bench.ledger.db, chainId, by, true)).toMatchObject({ kind: 'already' })
    const halt = { kind: 'chain-paused', why: 'looked at it (ann)' }
    expect(await bench.claim(deposit)).toEqual({ kind: 'halted', halt })
    const lane = { chainId, sender: wallet, role: 'wallet', chainNonce: 0n } as const
    expect(
      await bench.ledger.lanes.withLane(lane, (locked) => locked.haltOf(sweep.id, coldWallet)),
    ).toEqual(halt)
    expect(await bench.due()).toEqual([])
    // The claim of a held deposit returns the hold, and not the pause of the chain.
    const big = await bench.held()
    expect(await bench.claim(big)).toMatchObject({ halt: { kind: 'held', depositId: big.id } })
    expect(await pauseChain(bench.ledger.db, chainId, by, false)).toMatchObject({ kind: 'done' })
    expect(await bench.due()).toEqual([sweepWorkflowId(deposit.id)])
    expect(await pauseChain(bench.ledger.db, 1, by, true)).toBeUndefined()
    expect(await bench.actions({ id: `chain ${chainId}` })).toHaveLength(2)
  })
})
