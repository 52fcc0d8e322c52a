import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { pauseChain } from '../../adapters/drizzle/pause-chain.ts'
import { createDepositOrders } from '../../adapters/drizzle/sweeps/deposit-orders.ts'
import type { Address } from '../../domain/address.ts'
import type { Deposit } from '../../domain/deposit.ts'
import { formatState } from '../../domain/deposit-state.ts'
import type { DepositOrderName, DepositOrders } from '../../domain/ports/deposit-orders.ts'
import type { LockedLane } from '../../domain/ports/lanes.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { coldWallet, wallet } from '../parts/a-chain.ts'
import { minute, type OwnLedger, ownLedger } from '../parts/own-ledger.ts'
import { drawAddress, seedTransaction } from '../parts/seed-rows.ts'

const chainId = 31337
const by = { operator: 'ann', reason: 'looked at it' }
let ledger: OwnLedger
let orders: DepositOrders

beforeAll(async () => {
  ledger = await ownLedger()
  orders = createDepositOrders(ledger.db)
  await ledger.sql`insert into chains (id, name, cold_wallet) values (${chainId}, 'devnet', ${coldWallet})`
})
afterAll(() => ledger?.close())
afterEach(async () => {
  await ledger.sql`truncate attempts, transactions, deposits, lanes, sweeps, outbox`
  await ledger.sql`update chains set paused_reason = null, cold_wallet = ${coldWallet}`
})

const stateOf = async ({ id }: Pick<Deposit, 'id'>) => {
  const { state, reason } = await ledger.read(id)
  return formatState(state, reason)
}
const held = async (more: Partial<Deposit> = {}) => {
  const deposit = await ledger.put({ reason: 'approval', ...more })
  await ledger.sql`
    update deposits set held_reason = 'approval', held_at = now() where id = ${deposit.id}`
  return deposit
}
const claim = (deposit: Deposit, holder = sweepWorkflowId(deposit.id)) =>
  ledger.sweeps.claim(deposit, holder, minute, 0n)
const actions = async ({ id }: Pick<Deposit, 'id'>) =>
  (
    await ledger.sql`select operator, action, reason from operator_actions where subject = ${id} order by id`
  ).map((row) => ({ ...row }))
const sign = async (sweepId: string, more: object = {}) => {
  await seedTransaction(ledger.sql, { sweepId, step: 'sweep', sender: wallet, ...more })
  await ledger.sql`update transactions set chain_id = ${chainId}`
}
const due = async () =>
  (await ledger.watch.dueWakeUps(chainId, 16)).map(({ workflowId }) => workflowId)

describe('a held deposit (MONEY 16)', () => {
  it('no sweep of its wallet’s asset is planned; another asset’s is', async () => {
    const big = await held()
    const small = await ledger.put()
    const halt = { kind: 'held', depositId: big.id, why: 'approval' }
    expect(await claim(big)).toEqual({ kind: 'halted', halt })
    expect(await claim(small)).toEqual({ kind: 'halted', halt })
    expect(await ledger.sql`select 1 from sweeps`).toHaveLength(0)
    expect(await claim(await ledger.put({ asset: 'native' }))).toMatchObject({ kind: 'mine' })
  })

  it('what came between plan and signature is seen under the lane’s lock, for sweep and gas', async () => {
    const { deposit, sweep } = await ledger.claimed()
    const halted = (sender = wallet, role: 'wallet' | 'keeper' = 'wallet') =>
      ledger.lanes.withLane({ chainId, sender, role, chainNonce: 0n }, (lane) =>
        lane.halted(sweep.id, coldWallet),
      )
    expect(await halted()).toBeUndefined()
    await orders.pause(deposit.id, by)
    const halt = { kind: 'held', depositId: deposit.id, why: 'paused by ann' }
    expect(await halted()).toEqual(halt)
    expect(await halted(drawAddress() as typeof wallet, 'keeper')).toEqual(halt)
  })

  it.each([
    ['covered', { covered: true, state: 'done' }],
    ['skipped', { state: 'ignored' }],
    ['orphaned', { state: 'orphaned' }],
  ] as const)('one that is %s holds nothing', async (_, more) => {
    await held(more)
    expect(await claim(await ledger.put())).toMatchObject({ kind: 'mine' })
  })

  it('what is signed is finished first, whatever is held since', async () => {
    const { deposit, sweep } = await ledger.claimed({}, 'run')
    await sign(sweep.id)
    await held()
    expect(await claim(deposit, 'run')).toMatchObject({ kind: 'mine' })
    const moreGas = (lane: LockedLane) => lane.halted(sweep.id, coldWallet)
    const keeper = {
      chainId,
      sender: drawAddress() as Address,
      role: 'keeper',
      chainNonce: 0n,
    } as const
    expect(await ledger.lanes.withLane(keeper, moreGas)).toBeUndefined()
    await ledger.sql`update transactions set state = 'succeeded'`
    expect(await claim(deposit, 'run')).toMatchObject({ kind: 'mine' })
    await ledger.sql`update transactions set state = 'reverted'`
    expect(await claim(deposit, 'run')).toMatchObject({ kind: 'halted' })
  })
})

describe('approve', () => {
  it('releases it once, writes that down once, and wakes whoever waited', async () => {
    const big = await held()
    const other = await ledger.put({ reason: `held-by ${big.id}` })
    const asked = await ledger.put({
      state: 'needs-attention',
      reason: `waited-too-long held-by ${big.id}`,
    })
    expect(await due()).toEqual([])
    expect(await orders.approve(big.id, by)).toEqual({ kind: 'done', state: 'waiting(queued)' })
    expect((await due()).sort()).toEqual(
      [big, other, asked].map((d) => sweepWorkflowId(d.id)).sort(),
    )
    expect(await orders.approve(big.id, by)).toEqual({ kind: 'already', state: 'waiting(queued)' })
    expect(await actions(big)).toEqual([{ ...by, action: 'approve' }])
    expect(await claim(other)).toMatchObject({ kind: 'mine' })
  })

  it('goes on where a person was asked meanwhile', async () => {
    const big = await held({ state: 'needs-attention', reason: 'waited-too-long approval' })
    expect(await orders.approve(big.id, by)).toEqual({ kind: 'done', state: 'waiting(queued)' })
  })

  it('is refused where nothing holds it', async () => {
    const deposit = await ledger.put()
    expect(await orders.approve(deposit.id, by)).toMatchObject({ kind: 'refused' })
    expect(await actions(deposit)).toEqual([])
  })
})

describe('skip', () => {
  it('ends it as ignored, once; the others go on, and a later sweep takes its coin along', async () => {
    const big = await held({ blockNumber: 4n })
    const other = await ledger.put({ reason: `held-by ${big.id}` })
    const state = 'ignored(skipped by ann)'
    expect(await orders.skip(big.id, by)).toEqual({ kind: 'done', state })
    expect(await orders.skip(big.id, { operator: 'bob', reason: 'again' })).toEqual({
      kind: 'already',
      state,
    })
    expect(await actions(big)).toEqual([{ ...by, action: 'skip' }])
    expect(await due()).toContain(sweepWorkflowId(other.id))
    const mine = await claim(other)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    await ledger.sweeps.saveOutcome(mine.sweep.id, {
      txHash: `0x${'1'.repeat(64)}`,
      blockNumber: 9n,
      txIndex: 0,
      leftAmount: 3_000_000n,
      arrivedAmount: 3_000_000n,
      coverableAmount: 3_000_000n,
      emptied: true,
      gasSpentWei: 0n,
    })
    expect(await ledger.sweeps.close(mine.sweep.id)).toBe(2)
    expect(await stateOf(big)).toBe('done')
  })

  it('closes the sweep that its own run drives unsigned, and frees the lane, so that the run can’t sign any more', async () => {
    const deposit = await ledger.put()
    const mine = await claim(deposit)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    expect(await orders.skip(deposit.id, by)).toMatchObject({ kind: 'done' })
    const open = ledger.lanes.withLane(
      { chainId, sender: wallet, role: 'wallet', chainNonce: 0n },
      async (lane) => [await lane.isOpen(mine.sweep.id), lane.holderSweepId],
    )
    expect(await open).toEqual([false, null])
    expect(await ledger.sweeps.renew(mine.sweep.id, sweepWorkflowId(deposit.id), minute)).toBe(
      false,
    )
  })

  it('leaves alone the sweep that another deposit’s run drives', async () => {
    const driver = await ledger.put()
    const other = await ledger.put({ reason: 'queued' })
    const mine = await claim(driver)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    expect(await orders.skip(other.id, by)).toMatchObject({ kind: 'done' })
    expect(await ledger.sweeps.renew(mine.sweep.id, sweepWorkflowId(driver.id), minute)).toBe(true)
  })

  it.each([
    ['the sweep is signed', 'sweep', 'live'],
    ['the sweep is final and not written down', 'sweep', 'succeeded'],
    ['gas is on its way', 'gas', 'live'],
  ] as const)('is refused while %s', async (_, step, state) => {
    const deposit = await ledger.put()
    const mine = await claim(deposit)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    await sign(mine.sweep.id, { step, state })
    const before = await stateOf(deposit)
    expect(await orders.skip(deposit.id, by)).toMatchObject({ kind: 'refused', state: before })
    expect(await stateOf(deposit)).toBe(before)
    expect(await actions(deposit)).toEqual([])
    // Another deposit of that wallet and asset would be covered by it.
    const other = await ledger.put({ reason: `sweep ${mine.sweep.id}` })
    expect(await orders.skip(other.id, by)).toMatchObject({ kind: 'refused' })
  })

  it('goes through again once the outcome is known', async () => {
    const deposit = await ledger.put()
    const mine = await claim(deposit)
    if (mine.kind !== 'mine') throw new Error(mine.kind)
    await sign(mine.sweep.id, { state: 'reverted' })
    expect(await orders.skip(deposit.id, by)).toMatchObject({ kind: 'done' })
    const [row] = await ledger.sql`select outcome, closed_at from sweeps`
    expect(row).toMatchObject({ outcome: 'skipped', closed_at: expect.any(Date) })
  })

  it.each([
    ['done', { state: 'done', covered: true }],
    ['dust', { state: 'ignored', reason: 'dust' }],
    ['orphaned', { state: 'orphaned' }],
    ['not final yet', { state: 'confirming', reason: '', confirmedAt: null }],
  ] as const)('is refused for one that is %s', async (_, more) => {
    const deposit = await ledger.put(more)
    const before = await stateOf(deposit)
    expect(await orders.skip(deposit.id, by)).toMatchObject({ kind: 'refused' })
    expect([await stateOf(deposit), await actions(deposit)]).toEqual([before, []])
  })
})

describe('pause and resume', () => {
  it('hold by hand and let go, each once', async () => {
    const deposit = await ledger.put()
    expect(await orders.pause(deposit.id, by)).toEqual({ kind: 'done', state: 'waiting(paused)' })
    expect(await orders.pause(deposit.id, by)).toMatchObject({ kind: 'already' })
    expect(await claim(await ledger.put())).toMatchObject({ kind: 'halted' })
    expect(await orders.resume(deposit.id, by)).toEqual({ kind: 'done', state: 'waiting(queued)' })
    expect(await orders.resume(deposit.id, by)).toMatchObject({ kind: 'already' })
    expect((await actions(deposit)).map((row) => row['action' as never])).toEqual([
      'pause',
      'resume',
    ])
    expect(await orders.pause(deposit.id, by)).toMatchObject({ kind: 'done' })
  })

  it('resume does not stand for an approval', async () => {
    const big = await held()
    expect(await orders.resume(big.id, by)).toMatchObject({ kind: 'refused' })
    expect(await claim(big)).toMatchObject({ kind: 'halted' })
  })

  it('an approval does not end what a colleague paused', async () => {
    const deposit = await ledger.put()
    await orders.pause(deposit.id, by)
    expect(await orders.approve(deposit.id, { operator: 'bob', reason: 'fine' })).toEqual({
      kind: 'refused',
      state: 'waiting(paused)',
      why: 'it is paused by ann: "coldsweep resume", once its reason is gone',
    })
    expect(await claim(deposit)).toMatchObject({ kind: 'halted' })
  })

  it('a pause beside an owed approval is a second hold: both have to be lifted', async () => {
    const big = await held()
    expect(await orders.pause(big.id, by)).toEqual({ kind: 'done', state: 'waiting(paused)' })
    expect(await orders.approve(big.id, by)).toMatchObject({ kind: 'refused' })
    expect(await orders.resume(big.id, by)).toEqual({ kind: 'done', state: 'waiting(approval)' })
    expect(await claim(big)).toMatchObject({ kind: 'halted' })
    expect(await orders.approve(big.id, by)).toEqual({ kind: 'done', state: 'waiting(queued)' })
    expect(await claim(big)).toMatchObject({ kind: 'mine' })
  })

  it('pause is refused once the sweep is signed', async () => {
    const { deposit, sweep } = await ledger.claimed()
    await sign(sweep.id)
    expect(await orders.pause(deposit.id, by)).toMatchObject({ kind: 'refused' })
  })

  it('a paused chain plans and signs nothing, loses nothing, and wakes what waited', async () => {
    const { sweep } = await ledger.claimed()
    const deposit = await ledger.put({
      wallet: drawAddress() as typeof wallet,
      reason: 'chain-paused',
    })
    expect(await pauseChain(ledger.db, chainId, by, true)).toEqual({
      kind: 'done',
      state: 'paused',
    })
    expect(await pauseChain(ledger.db, chainId, by, true)).toMatchObject({ kind: 'already' })
    const halt = { kind: 'chain-paused', why: 'looked at it (ann)' }
    expect(await claim(deposit)).toEqual({ kind: 'halted', halt })
    const lane = { chainId, sender: wallet, role: 'wallet', chainNonce: 0n } as const
    expect(
      await ledger.lanes.withLane(lane, (locked) => locked.halted(sweep.id, coldWallet)),
    ).toEqual(halt)
    expect(await due()).toEqual([])
    expect(await pauseChain(ledger.db, chainId, by, false)).toMatchObject({ kind: 'done' })
    expect(await due()).toEqual([sweepWorkflowId(deposit.id)])
    expect(await pauseChain(ledger.db, 1, by, true)).toBeUndefined()
    expect(await actions({ id: `chain ${chainId}` })).toHaveLength(2)
  })
})

it('a hundred orders and claims at once: one record for each change, no deadlock', async () => {
  const deposits = await Promise.all(Array.from({ length: 4 }, () => held()))
  const names: DepositOrderName[] = ['skip', 'approve', 'pause', 'resume']
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const deposit = deposits[i % 4] as Deposit
      if (i % 5 === 0) await claim(await ledger.read(deposit.id), `run-${i}`)
      const name = names[Math.floor(Math.random() * 4)] as DepositOrderName
      return await orders[name](deposit.id, { operator: `op-${i}`, reason: 'at once' })
    }),
  )
  const done = answers.filter(({ kind }) => kind === 'done').length
  const written = await ledger.sql`select 1 from operator_actions where reason = 'at once'`
  expect(written.length).toBe(done)
})

it('an unknown deposit is bad input', async () => {
  await expect(orders.skip('56:0x1:native', by)).rejects.toThrow('no deposit')
})
