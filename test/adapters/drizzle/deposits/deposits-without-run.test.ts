import { getAddress } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDepositsWithoutRun } from '../../../../adapters/drizzle/deposits/deposits-without-run.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aChain } from '../../../harness/factories/a-chain.ts'

const chain = aChain()
const longAgo = new Date(Date.now() - 10 * minute)

describe('the adoption of deposits without a run', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  beforeEach(() => ledger.sql`truncate deposits`)

  const adopt = (limit = 10, chains = new Map([[chain.id, chain]])) =>
    createDepositsWithoutRun(ledger.db, chains).take(5 * minute, limit)
  const take = async (...given: Parameters<typeof adopt>) =>
    (await adopt(...given)).map(({ message }) => message)
  const put = async (more: Partial<Deposit> = {}, lastRunAt: Date | null = null) => {
    const deposit = await ledger.put({ confirmedAt: longAgo, ...more })
    await ledger.sql`update deposits set last_run_at = ${lastRunAt} where id = ${deposit.id}`
    return deposit
  }

  it('takes a deposit whose run has not reported for a while, and returns its work message', async () => {
    const token = await put({}, longAgo)
    const native = await put({ asset: 'native', amount: 2n ** 200n })
    const taken = await take()
    expect(taken).toHaveLength(2)
    expect(taken).toContainEqual({
      v: 1,
      depositId: token.id,
      chainId: chain.id,
      asset: 'USDT',
      kind: 'token',
      wallet: getAddress(token.wallet),
      amount: '1500000',
      decimals: 6,
    })
    expect(taken.find((m) => m.depositId === native.id)).toMatchObject({
      asset: 'ETH',
      kind: 'native',
      amount: String(2n ** 200n),
    })
  })

  it('marks deposits that need attention, because adopt does not wake the runs of these deposits', async () => {
    await put({ state: 'needs-attention', reason: 'funds-gone' })
    await put({ state: 'waiting', reason: 'queued' })
    const asked = (await adopt()).map(({ needsAttention }) => needsAttention)
    expect(asked.sort()).toEqual([false, true])
  })

  it('takes each deposit once per interval, even for two simultaneous callers', async () => {
    for (let n = 0; n < 6; n += 1) await put()
    const [one, two] = await Promise.all([take(3), take(3)])
    expect(new Set([...one, ...two].map((m) => m.depositId)).size).toBe(6)
    expect(await take()).toEqual([])
  })

  it.each([
    ['done', { state: 'done' as const }],
    ['ignored', { state: 'ignored' as const }],
    ['orphaned', { state: 'orphaned' as const }],
    ['not confirmed', { state: 'confirming' as const, confirmedAt: null }],
    ['confirmed just now', { confirmedAt: new Date() }],
    ['of a chain that this process does not serve', { chainId: 56 }],
  ])('leaves out a deposit that is %s', async (_, more) => {
    await put(more)
    expect(await take()).toEqual([])
  })

  it('leaves out a deposit whose run has just reported', async () => {
    const { id } = await put()
    await ledger.sweeps.touch(id)
    expect(await take()).toEqual([])
  })

  it('takes deposits that need attention or have an unlisted asset, so that a run reports these deposits', async () => {
    await put({ state: 'needs-attention', reason: 'funds-gone' })
    await put({ asset: `0x${'99'.repeat(20)}` })
    expect((await take()).map((m) => m.asset).sort()).toEqual([`0x${'99'.repeat(20)}`, 'USDT'])
  })

  it('takes nothing without chains', async () => {
    await put()
    expect(await take(10, new Map())).toEqual([])
  })
})
