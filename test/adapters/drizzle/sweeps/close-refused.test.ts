import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

describe('a sweep that its token refused (MONEY 12)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const claim = (deposit: Deposit, holder = 'run-2') =>
    ledger.sweeps.claim(deposit, holder, minute, 0n)
  const stateOf = async ({ id }: Deposit) => {
    const { state, reason } = await ledger.read(id)
    return reason ? `${state}(${reason})` : state
  }

  async function refused() {
    const wallet = aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet })
    const follower = await ledger.put({ wallet, reason: `sweep ${sweep.id}` })
    await ledger.sweeps.closeRefused(sweep.id, 'no Transfer')
    return { wallet, deposit, follower, sweepId: sweep.id }
  }
  const order = ({ id: subject }: Deposit, action = 'retry') =>
    ledger.sweeps.noteOrder({ operator: 'ann', action, subject, reason: 'ok' })

  it('sets needs-attention once for the deposits that waited for the sweep, and for no other deposit', async () => {
    const wallet = aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet })
    const follower = await ledger.put({ wallet, reason: `sweep ${sweep.id}` })
    const others = [
      await ledger.put({ wallet, asset: 'native' }),
      await ledger.put({ wallet, state: 'confirming', reason: '', confirmedAt: null }),
      await ledger.put({ wallet, state: 'ignored', reason: 'dust' }),
      await ledger.put({ wallet: aWallet() }),
    ]
    await ledger.sweeps.closeRefused(sweep.id, 'no Transfer')
    expect([await stateOf(deposit), await stateOf(follower)]).toEqual(
      Array(2).fill('needs-attention(token-refused)'),
    )
    expect(await Promise.all(others.map(stateOf))).toEqual([
      'waiting(queued)',
      'confirming',
      'ignored(dust)',
      'waiting(queued)',
    ])
    const told = await ledger.sql`
      select 1 from outbox where route = 'sweep.needs-attention' and body->>'depositId' = ${follower.id}`
    expect(told.length).toBe(1)
    const [lane] = await ledger.sql`select holder_sweep_id from lanes where sender = ${wallet}`
    expect(lane?.['holder_sweep_id']).toBeNull()
  })

  it('blocks new sweeps, also for later deposits, until an operator orders a retry', async () => {
    const { wallet, follower, deposit, sweepId } = await refused()
    const later = await ledger.put({ wallet })
    expect(await claim(follower)).toEqual({ kind: 'refused', sweepId })
    expect(await claim(later)).toEqual({ kind: 'refused', sweepId })
    for (const other of ['skip', 'pause', 'resume', 'approve']) await order(deposit, other)
    expect(await claim(later)).toEqual({ kind: 'refused', sweepId })
    await order(deposit)
    const again = await claim(deposit, 'run-1')
    expect(again.kind).toBe('mine')
    expect(await claim(later)).toMatchObject({ kind: 'driven' })
  })

  it('needs another retry order after a second refusal, and no order after a successful sweep', async () => {
    const { wallet, deposit } = await refused()
    await order(deposit)
    const second = await claim(deposit)
    if (second.kind !== 'mine') throw new Error(second.kind)
    await ledger.sweeps.closeRefused(second.sweep.id, 'no Transfer')
    expect((await claim(deposit)).kind).toBe('refused')
    await order(deposit)
    const third = await claim(deposit)
    if (third.kind !== 'mine') throw new Error(third.kind)
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept' where id = ${third.sweep.id}`
    expect((await claim(await ledger.put({ wallet }))).kind).toBe('mine')
  })

  it('blocks new sweeps even if a reset run repeats an old order, until the run gets a new order', async () => {
    const { deposit } = await refused()
    const given = (runId: string, id = 'the first') =>
      ledger.sweeps.noteOrder({
        ...{ operator: 'ann', action: 'retry', subject: deposit.id, reason: 'ok' },
        ...{ id, runId },
      })
    // The worker dies after it recorded the order and before it reports the record to Temporal. So
    // Temporal runs the activity again.
    expect([await given('run'), await given('run')]).toEqual(['new', 'new'])
    const second = await claim(deposit)
    if (second.kind !== 'mine') throw new Error(second.kind)
    await ledger.sweeps.closeRefused(second.sweep.id, 'no Transfer')
    expect(await given('reset of the run')).toBe('repeat')
    expect((await claim(deposit)).kind).toBe('refused')
    expect(await given('reset of the run', 'the second')).toBe('new')
    expect((await claim(deposit)).kind).toBe('mine')
  })

  it('does not block sweeps of other assets of the wallet', async () => {
    const { wallet } = await refused()
    const native = await ledger.put({ wallet, asset: 'native' })
    expect((await claim(native)).kind).toBe('mine')
  })
})
