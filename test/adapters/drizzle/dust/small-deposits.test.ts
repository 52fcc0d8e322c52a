import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDepositsWithoutRun } from '../../../../adapters/drizzle/deposits/deposits-without-run.ts'
import { createSmallDeposits } from '../../../../adapters/drizzle/dust/small-deposits.ts'
import type { Address } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import type { SmallDeposits } from '../../../../domain/deposits/sweep-runs.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aChain } from '../../../harness/factories/a-chain.ts'
import { aSweepOutcome } from '../../../harness/factories/a-sweep-outcome.ts'
import { seedSmallDeposits } from '../../../harness/factories/seed-rows.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`
const min = 100n

describe('deposits below the minimum that have no run (MONEY 15)', () => {
  let ledger: OwnLedger
  let small: SmallDeposits
  beforeAll(async () => {
    ledger = await ownLedger()
    small = createSmallDeposits(ledger.db)
  })
  afterAll(() => ledger.close())

  const put = (wallet: Address, more: Partial<Deposit> = {}) =>
    ledger.put({ wallet, amount: 1n, blockNumber: 5n, ...more })
  const ignore = ({ id }: Deposit, more: object = {}) =>
    small
      .ignore(id, { height: 10n, balance: 50n, min, detail: 'below', ...more })
      .then(({ named }) => named)
  const stateOf = async ({ id }: Deposit) => {
    const { state, reason } = await ledger.read(id)
    return `${state}(${reason})`
  }
  const touch = (deposit: Deposit) => ledger.sweeps.touch(deposit.id)
  const eventsOf = async (wallet: Address, route: string) =>
    (
      await ledger.sql`
        select 1 from outbox where route = ${route} and lower(body->'data'->>'wallet') = ${wallet}`
    ).length

  it('end as dust together, with an event each', async () => {
    const wallet = aWallet()
    const first = await put(wallet, { reason: 'joint-sweep' })
    const second = await put(wallet, { blockNumber: 6n })
    expect(await ignore(second)).toBe(true)
    expect([await stateOf(first), await stateOf(second)]).toEqual([
      'ignored(dust)',
      'ignored(dust)',
    ])
    expect(await eventsOf(wallet, 'sweep.ignored')).toBe(2)
    expect(await ignore(second)).toBe(false)
  })

  it.each([
    ['a deposit after the block that was read', { blockNumber: 11n }],
    ['a deposit of at least the minimum', { amount: min }],
    ['a deposit above the balance', { amount: 51n }],
    ['a held deposit', { heldAt: new Date() }],
    ['a deposit that an operator ordered', { dustOrderId: '00000000-0000-4000-8000-000000000001' }],
    ['a deposit whose run has begun', { lastRunAt: new Date() }],
    ['an unconfirmed deposit', { confirmedAt: null, state: 'confirming' }],
  ] as const)('leave %s alone', async (_, more) => {
    const wallet = aWallet()
    const [dust, other] = [await put(wallet), await put(wallet, more as Partial<Deposit>)]
    const before = await stateOf(other)
    const isHeld = 'heldAt' in more
    expect(await ignore(dust)).toBe(!isHeld)
    expect(await stateOf(other)).toBe(before)
    expect(await ignore(other)).toBe(false)
  })

  it('leave another asset of the wallet alone', async () => {
    const wallet = aWallet()
    const [dust, other] = [await put(wallet), await put(wallet, { asset: 'native' })]
    await ignore(dust)
    expect(await stateOf(other)).toBe('waiting(queued)')
  })

  it('are not dust while a sweep is open, or after the wallet has sent later than the block', async () => {
    const wallet = aWallet()
    const { sweep } = await ledger.claimed({ wallet, amount: 60n })
    const dust = await put(wallet)
    expect(await ignore(dust)).toBe(false)
    await ledger.sweeps.releaseSweep(sweep.id, 'run-1')
    await ledger.sql`update lanes set last_mined_block = 11 where sender = ${wallet}`
    expect(await ignore(dust)).toBe(false)
    expect(await ignore(dust, { height: 11n })).toBe(true)
  })

  it('are done if an earlier sweep moved them', async () => {
    const wallet = aWallet()
    const { sweep } = await ledger.claimed({ wallet, amount: 60n })
    await ledger.sweeps.saveOutcome(sweep.id, aSweepOutcome(61n, { blockNumber: 8n }))
    await ledger.sweeps.close(sweep.id)
    const late = await put(wallet)
    expect(await ignore(late)).toBe(true)
    expect(await stateOf(late)).toBe('done()')
  })

  it('wait for the sweep that another deposit’s run drives, also if no sweep is open', async () => {
    const wallet = aWallet()
    const [large, dust, more] = [
      await put(wallet, { amount: 500n }),
      await put(wallet),
      await put(wallet),
    ]
    expect(await small.leaveToOthers(dust.id, min)).toEqual({ named: false, more: false })
    await touch(large)
    expect(await small.leaveToOthers(dust.id, min)).toEqual({ named: true, more: false })
    expect([await stateOf(dust), await stateOf(more), await stateOf(large)]).toEqual([
      'waiting(joint-sweep)',
      'waiting(joint-sweep)',
      'waiting(queued)',
    ])
    expect(await eventsOf(wallet, 'sweep.waiting')).toBe(2)
    expect(await small.leaveToOthers(large.id, min)).toMatchObject({ named: false })
  })

  it('do not wait for an open sweep whose deposit needs an operator', async () => {
    const wallet = aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet, amount: 500n })
    await ledger.sql`
      update deposits set state = 'needs-attention', reason = 'gas-limit' where id = ${deposit.id}`
    const dust = await put(wallet)
    expect((await ledger.sweeps.find(sweep.id))?.closed).toBe(false)
    expect(await small.leaveToOthers(dust.id, min)).toEqual({ named: false, more: false })
    expect(await stateOf(dust)).toBe('waiting(queued)')
  })

  it('are covered by that sweep, and those that it did not take are adopted', async () => {
    const wallet = aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet, amount: 500n, blockNumber: 5n })
    const taken = await put(wallet, { blockNumber: 6n })
    const left = await put(wallet, { blockNumber: 60n })
    await small.leaveToOthers(taken.id, min)
    const chain = aChain({ id: deposit.chainId })
    const adoptions = createDepositsWithoutRun(ledger.db, new Map([[chain.id, chain]]))
    const adopted = async () =>
      (await adoptions.take(-minute, 10_000)).map(({ message }) => message.depositId)
    expect(await adopted()).not.toContain(left.id)
    await ledger.sweeps.saveOutcome(sweep.id, aSweepOutcome(501n))
    expect(await ledger.sweeps.close(sweep.id)).toBe(2)
    expect([await stateOf(taken), await stateOf(left)]).toEqual(['done()', 'waiting(joint-sweep)'])
    const more = await put(wallet, { blockNumber: 61n, reason: 'joint-sweep' })
    const first = await adopted()
    expect(first).toContain(left.id)
    expect(first).not.toContain(more.id)
    // Without a report of its run it is returned again. Then the others follow it.
    expect(await stateOf(left)).toBe('waiting(queued)')
    await touch(left)
    expect(await adopted()).not.toContain(more.id)
    expect(await small.leaveToOthers(more.id, min)).toMatchObject({ named: false })
  })

  it('take turns of a thousand, the named deposit first', async () => {
    const wallet = aWallet()
    const named = await put(wallet, { blockNumber: 9n })
    const { chainId, asset } = named
    await seedSmallDeposits(ledger.sql, { chainId, asset, wallet, count: 1_500, perBlock: 1_000 })
    const left = async () =>
      (
        await ledger.sql`
          select 1 from deposits where wallet = ${wallet} and state = 'waiting'`
      ).length
    const read = { height: 10n, balance: 50n, min, detail: 'below' }
    expect(await small.ignore(named.id, read)).toEqual({ named: true, more: true })
    expect([await stateOf(named), await left()]).toEqual(['ignored(dust)', 501])
    expect(await small.ignore(named.id, read)).toEqual({ named: false, more: false })
    expect(await left()).toBe(0)
  })

  it('sixteen intakes at once settle each deposit once', async () => {
    const wallet = aWallet()
    const some: Deposit[] = []
    for (let n = 0; n < 16; n += 1) some.push(await put(wallet, { txIndex: n }))
    const settled = await Promise.all(some.map((deposit) => ignore(deposit)))
    expect(settled.filter(Boolean).length).toBeGreaterThan(0)
    expect(await eventsOf(wallet, 'sweep.ignored')).toBe(16)
  })
})
