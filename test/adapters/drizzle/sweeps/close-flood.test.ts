import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeInParts, closeSweep } from '../../../../adapters/drizzle/sweeps/close-sweep.ts'
import type { Address } from '../../../../domain/address.ts'
import { NotYet } from '../../../../domain/money-errors.ts'
import type { SweepOutcome } from '../../../../domain/sweeps/sweep.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aSweepOutcome } from '../../../harness/factories/a-sweep-outcome.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import {
  type SmallSeeds,
  seedSmallDeposits,
  seedTransaction,
} from '../../../harness/factories/seed-rows.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

/** A third party decides how many deposits a wallet has. */
describe('the close of a sweep that covers thousands of deposits (MONEY 11)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const flood = (wallet: Address, count: number, more: Omit<SmallSeeds, 'wallet' | 'count'>) =>
    seedSmallDeposits(ledger.sql, { wallet, count, state: 'ignored', reason: 'dust', ...more })

  /** Stores a claimed sweep in block 900 that moved a deposit of 60 units and `more`. */
  async function swept(more: bigint, outcome: Partial<SweepOutcome> = {}) {
    const wallet = aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet, amount: 60n })
    const txHash = aHash()
    await seedTransaction(ledger.sql, {
      sweepId: sweep.id,
      step: 'sweep',
      sender: wallet,
      state: 'succeeded',
      attempts: [txHash],
      minedBlock: 900,
    })
    await ledger.sql`update transactions set balance_block = 899 where sweep_id = ${sweep.id}`
    const moved = 60n + more
    const place = { txHash, blockNumber: 900n, gasSpentWei: 1_000_003n }
    await ledger.sweeps.saveOutcome(sweep.id, aSweepOutcome(moved, { ...place, ...outcome }))
    return { wallet, asset: deposit.asset, sweepId: sweep.id, deposit, txHash }
  }

  const figures = async (sweepId: string) => {
    const [row] = await ledger.sql`
      select count(d.id)::int as covered, s.closed_at is not null as closed,
        (select coalesce(sum((body->'data'->>'gasShareWei')::numeric), 0)::text from outbox
          where route = 'sweep.done' and body->'data'->>'sweepId' = ${sweepId}) as shares,
        (select count(*)::int from outbox
          where route = 'sweep.done' and body->'data'->>'sweepId' = ${sweepId}) as events
      from sweeps s left join deposits d on d.sweep_id = s.id and d.covered
      where s.id = ${sweepId} group by s.closed_at`
    return row
  }

  it('is continued by the next call after each thousand, and the shares of the fees add up', async () => {
    const { wallet, asset, sweepId } = await swept(2_500n)
    await flood(wallet, 2_500, { asset })
    const once = () => closeInParts(ledger.db, sweepId, -1)
    await expect(once()).rejects.toThrow(NotYet)
    expect(await figures(sweepId)).toMatchObject({ covered: 1_000, closed: false, events: 1_000 })
    await expect(once()).rejects.toThrow('1000 deposits of the sweep are recorded')
    expect(await figures(sweepId)).toMatchObject({ covered: 2_000, closed: false })
    expect(await ledger.sweeps.interruptedCloses()).toEqual([])
    await ledger.sql`update sweeps set lease_until = now() - interval '1 second'`
    expect(await ledger.sweeps.interruptedCloses()).toEqual([sweepId])
    expect(await once()).toBe(501)
    expect(await ledger.sweeps.interruptedCloses()).toEqual([])
    expect(await figures(sweepId)).toEqual({
      covered: 2_501,
      closed: true,
      events: 2_501,
      shares: '1000003',
    })
    expect(await once()).toBe(0)
  })

  it('covers what fits, also when it is interrupted, and no more', async () => {
    const { wallet, asset, sweepId } = await swept(1_700n)
    await flood(wallet, 2_500, { asset })
    await expect(closeInParts(ledger.db, sweepId, -1)).rejects.toThrow(NotYet)
    expect(await ledger.sweeps.close(sweepId)).toBe(701)
    const [left] = await ledger.sql`
      select min(block_number)::int as first, count(*)::int from deposits
      where wallet = ${wallet} and not covered`
    expect(left).toEqual({ first: 6 + 17, count: 800 })
  })

  it('a deposit that is found between two commits never makes the sweep cover more than it moved', async () => {
    const { wallet, asset, sweepId } = await swept(2_500n)
    await flood(wallet, 2_500, { asset })
    await expect(closeInParts(ledger.db, sweepId, -1)).rejects.toThrow(NotYet)
    const found = await ledger.put({ wallet, amount: 5n, blockNumber: 7n })
    await ledger.sweeps.close(sweepId)
    expect((await ledger.read(found.id)).covered).toBe(true)
    const [sum] = await ledger.sql`
      select sum(amount)::text, sum(amount) filter (where not covered)::text as left
      from deposits where wallet = ${wallet}`
    expect(sum).toEqual({ sum: '2565', left: '5' })
  })

  it('a reorg between two commits takes back what is covered', async () => {
    const { wallet, asset, sweepId, deposit } = await swept(2_500n)
    await flood(wallet, 2_500, { asset })
    await expect(closeInParts(ledger.db, sweepId, -1)).rejects.toThrow(NotYet)
    await ledger.sql`update transactions set state = 'live' where sweep_id = ${sweepId}`
    expect(await ledger.sweeps.close(sweepId)).toBe(0)
    expect(await figures(sweepId)).toMatchObject({ covered: 0, closed: false })
    expect(await ledger.read(deposit.id)).toMatchObject({ state: 'waiting', reason: 'queued' })
  })

  it('one commit of the caller can cover them all', async () => {
    const { wallet, asset, sweepId } = await swept(2_500n)
    await flood(wallet, 2_500, { asset })
    expect(await ledger.db.transaction((tx) => closeSweep(tx, sweepId))).toBe(2_501)
  })

  it('deposits that an earlier sweep moved are covered by that sweep first', async () => {
    const { wallet, asset, sweepId } = await swept(2_500n)
    await ledger.sweeps.close(sweepId)
    await flood(wallet, 2_500, { asset })
    const next = await ledger.put({ wallet, amount: 7n, blockNumber: 901n })
    const claim = await ledger.sweeps.claim(next, 'run-2', 60_000, 0n)
    if (claim.kind !== 'mine') throw new Error(claim.kind)
    await ledger.sweeps.saveOutcome(claim.sweep.id, aSweepOutcome(7n, { blockNumber: 950n }))
    expect(await ledger.sweeps.close(claim.sweep.id)).toBe(1)
    expect(await figures(sweepId)).toMatchObject({ covered: 2_501, closed: true })
    expect(await figures(claim.sweep.id)).toMatchObject({ covered: 1, closed: true })
  })

  it('thousands of credits that the sweep’s own transaction logged take one pass', async () => {
    const { wallet, asset, sweepId, txHash } = await swept(3_000n, { creditsBefore: 3_000 })
    await flood(wallet, 4_000, { asset, from: 900n, txHash, perBlock: 5_000 })
    expect(await ledger.sweeps.close(sweepId)).toBe(3_001)
    expect(await figures(sweepId)).toMatchObject({ covered: 3_001, closed: true })
  })
})
