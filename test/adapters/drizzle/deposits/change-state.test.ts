import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'

const hourAgo = new Date(Date.now() - 60 * minute)

describe('the time of a deposit’s state', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  it('is the time of an operator’s retry that fails again with the same reason', async () => {
    const { id } = await ledger.put({
      confirmedAt: hourAgo,
      state: 'needs-attention',
      reason: 'token-refused',
      detail: 'paused',
    })
    await ledger.sql`update deposits set since = ${hourAgo} where id = ${id}`
    await ledger.sweeps.setState({
      depositId: id,
      state: 'needs-attention',
      reason: 'token-refused',
      detail: 'blacklisted',
    })
    const deposit = await ledger.sweeps.deposit(id)
    expect(deposit?.detail).toBe('blacklisted')
    expect(Date.now() - (deposit?.since.getTime() ?? 0)).toBeLessThan(minute)
    const events = await ledger.sql`select 1 from outbox where body::text like ${`%${id}%`}`
    expect(events).toEqual([])
  })

  it('stays the time of the first try while a deposit waits for the same reason', async () => {
    const { id } = await ledger.put({
      confirmedAt: hourAgo,
      state: 'waiting',
      reason: 'keeper-low',
    })
    await ledger.sql`update deposits set since = ${hourAgo} where id = ${id}`
    await ledger.sweeps.setState({
      depositId: id,
      state: 'waiting',
      reason: 'keeper-low',
      detail: 'still low',
    })
    const deposit = await ledger.sweeps.deposit(id)
    expect(deposit).toMatchObject({ detail: 'still low', since: hourAgo })
  })
})
