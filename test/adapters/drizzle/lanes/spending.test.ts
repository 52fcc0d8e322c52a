import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createRowFigures } from '../../../../adapters/drizzle/books/row-figures.ts'
import type { Address } from '../../../../domain/address.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { keeper, token, wallet } from '../../../harness/factories/a-chain.ts'
import { drawAddress, drawHash, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 56
const fee = 21_000n * 10n ** 9n

describe('spending of keepers and wallets, by the rows of their attempts (MONEY 29)', () => {
  let ledger: OwnLedger
  let sweepId: string
  /** Without the sums that the store of an earlier test keeps in memory. */
  let lanes: OwnLedger['lanes']
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  beforeEach(async () => {
    await ledger.sql`truncate attempts, transactions cascade`
    sweepId = await aSweep(token)
    lanes = ledger.freshLanes()
  })

  async function aSweep(asset: string, of = drawAddress() as Address): Promise<string> {
    const { sweep } = await ledger.claimed({ chainId, wallet: of, asset } as never, drawHash())
    return sweep.id
  }
  /** Stores a keeper's payment of 5 wei of gas money, at 1 gwei with 21,000 gas. */
  async function payment(
    of: string,
    ago: string,
    more: Partial<Parameters<typeof seedTransaction>[1]> = {},
  ) {
    await seedTransaction(ledger.sql, { sweepId: of, step: 'gas', sender: keeper, ...more })
    await ledger.sql`
      update transactions set created_at = now() - interval '3 days',
        ended_at = case when state <> 'live' then now() - ${ago}::interval end
      where sweep_id = ${of}`
  }
  const spending = (role: 'keeper' | 'wallet' = 'keeper', sender: Address = keeper) =>
    lanes.withLane({ chainId, sender, role, chainNonce: 0n }, (lane) => lane.spending(sweepId))

  it('counts gas money and fees of the last hour and the last 24 hours, by asset', async () => {
    const others = await Promise.all(['native', token, token].map((asset) => aSweep(asset)))
    const [native = '', today = '', old = ''] = others
    const done = { minedBlock: 9, state: 'succeeded' }
    await payment(sweepId, '10 minutes', { ...done, nonce: 0 })
    await payment(native, '59 minutes', { ...done, nonce: 1 })
    await payment(today, '23 hours', { ...done, nonce: 2 })
    await payment(old, '24 hours 1 minute', { ...done, nonce: 3 })
    const one = 5n + fee
    expect(await spending()).toEqual({
      asset: token,
      amount: 0n,
      ofLane: { hourWei: 2n * one, dayWei: 3n * one },
      ofAsset: { hourWei: one, dayWei: 2n * one },
    })
    const figures = await createRowFigures(ledger.db).spending()
    expect([...figures].sort((a, b) => (a.asset < b.asset ? -1 : 1))).toEqual([
      { chainId, asset: token, hourWei: one, dayWei: 2n * one },
      { chainId, asset: 'native', hourWei: one, dayWei: one },
    ])
  })

  it.each([
    [
      'live: the most that its dearest attempt may cost',
      { attempts: [drawHash(), drawHash()] },
      5n + 2n * fee,
    ],
    [
      'succeeded: value and fee while its sweep is open',
      { state: 'succeeded', minedBlock: 9 },
      5n + fee,
    ],
    ['reverted: its fee', { state: 'reverted', minedBlock: 9 }, fee],
    ['cancelled: its fee', { state: 'cancelled', minedBlock: 9 }, fee],
    ['displaced: nothing', { state: 'displaced' }, 0n],
  ])('counts a payment that is %s', async (_, more, wei) => {
    await payment(sweepId, '1 minute', more)
    if ('attempts' in more)
      await ledger.sql`update attempts set max_fee_wei = 2000000000 where number = 2`
    expect((await spending()).ofAsset).toEqual({ hourWei: wei, dayWei: wei })
  })

  it('keeps the older part of a day for some seconds, and never the newest minute', async () => {
    const [first = '', second = '', third = ''] = await Promise.all(
      [1, 2, 3].map(() => aSweep(token)),
    )
    const done = { minedBlock: 9, state: 'succeeded' }
    const one = 5n + fee
    await payment(first, '2 hours', { ...done, nonce: 0 })
    expect((await spending()).ofAsset.dayWei).toBe(one)
    await payment(second, '50 seconds', { ...done, nonce: 1 })
    await payment(third, '0 seconds', { ...done, nonce: 2 })
    expect((await spending()).ofAsset).toEqual({ hourWei: 2n * one, dayWei: 3n * one })
  })

  it('counts the fee of a closed sweep in place of its gas money, whose rest stays in the wallet', async () => {
    const done = { minedBlock: 9, state: 'succeeded' }
    await payment(sweepId, '10 minutes', { ...done, valueWei: String(fee * 100n) })
    expect((await spending()).ofAsset.hourWei).toBe(101n * fee)
    await seedTransaction(ledger.sql, { sweepId, step: 'sweep', sender: wallet, ...done })
    await ledger.sql`update transactions set ended_at = now() where step = 'sweep'`
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept' where id = ${sweepId}`
    lanes = ledger.freshLanes()
    expect((await spending()).ofAsset).toEqual({ hourWei: 2n * fee, dayWei: 2n * fee })
  })

  it('counts a token sweep that needed no gas payment of its own, and no native sweep', async () => {
    const done = { minedBlock: 9, state: 'succeeded' }
    const native = await aSweep('native')
    for (const id of [sweepId, native]) {
      await payment(id, '1 minute', { ...done, step: 'sweep', sender: drawAddress() })
      await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept' where id = ${id}`
    }
    expect((await spending()).ofLane).toEqual({ hourWei: fee, dayWei: fee })
  })

  it('counts only its own fees for a wallet, and no value that reached the cold wallet', async () => {
    sweepId = await aSweep('native', wallet)
    await payment(sweepId, '1 minute', { step: 'sweep', sender: wallet, valueWei: '777' })
    const other = await aSweep('native')
    await payment(other, '1 minute', { step: 'sweep', sender: drawAddress() })
    expect(await spending('wallet', wallet)).toEqual({
      asset: 'native',
      amount: 0n,
      ofLane: { hourWei: fee, dayWei: fee },
      ofAsset: { hourWei: fee, dayWei: fee },
    })
  })

  it('names the time at which enough has left the window, for the asset or the chain', async () => {
    const [native = '', later = ''] = await Promise.all([aSweep('native'), aSweep(token)])
    const done = { minedBlock: 9, state: 'succeeded' }
    await payment(native, '50 minutes', { ...done, nonce: 0 })
    await payment(sweepId, '40 minutes', { ...done, nonce: 1 })
    await payment(later, '20 minutes', { ...done, nonce: 2 })
    const minutesUntil = async (
      scope: 'chain' | 'asset',
      window: 'hour' | 'day',
      excessWei: bigint,
    ) => {
      const at = await ledger
        .freshLanes()
        .withLane({ chainId, sender: keeper, role: 'keeper', chainNonce: 0n }, (lane) =>
          lane.budgetFreeAt({ scope, window }, { excessWei, asset: token }),
        )
      return at && Math.round((at.getTime() - Date.now()) / 60_000)
    }
    const one = 5n + fee
    expect(await minutesUntil('chain', 'hour', 1n)).toBe(10)
    expect(await minutesUntil('asset', 'hour', 1n)).toBe(20)
    expect(await minutesUntil('asset', 'hour', one + 1n)).toBe(40)
    expect(await minutesUntil('chain', 'day', one + 1n)).toBe(24 * 60 - 40)
    expect(await minutesUntil('asset', 'hour', 2n * one + 1n)).toBeUndefined()
  })
})
