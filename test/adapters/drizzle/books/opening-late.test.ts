import { describe, expect, it } from 'vitest'
import { readBookRows } from '../../../../adapters/drizzle/books/book-rows.ts'
import { createBackingStore } from '../../../../adapters/drizzle/deposits/backing-store.ts'
import { createBalanceBook } from '../../../../adapters/drizzle/scan/balance-book.ts'
import { createDepositOrders } from '../../../../adapters/drizzle/sweeps/deposit-orders.ts'
import { late, native, openingBench, usdt } from '../../../harness/benches/opening-bench.ts'
import {
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'

/** MONEY 25: late deposits are taken out of the opening balances that contain them. */
let own: StoreBench['own']
let store: StoreBench['store']
let database: StoreBench['database']
const { adopt, rows, events, findLate } = openingBench((bench) => {
  ;({ own, store, database } = bench)
})

describe('deposits that are found after an opening balance was adopted', () => {
  const confirm = () => confirmUpTo(store, 12n)

  it('are taken out of it when they are confirmed, so that no money counts twice', async () => {
    await adopt([native(7n)])
    await findLate(late(5n))
    expect(await rows()).toEqual(['native confirming() 5', 'opening waiting(queued) 7'])
    await confirm()
    expect(await rows()).toEqual(['native waiting(queued) 5', 'opening waiting(queued) 2'])
    expect((await adopt([native(7n)])).adopted).toEqual([])
    expect((await events('balance.adopted')).map(({ seq, data }) => [seq, data['amount']])).toEqual(
      [
        [1, '7'],
        [2, '2'],
      ],
    )
    // The same blocks are read once more.
    await findLate(late(5n))
    await confirm()
    expect(await rows()).toEqual(['native waiting(queued) 5', 'opening waiting(queued) 2'])
  })

  it('replace it if they explain all of it, even if more came and left before', async () => {
    await adopt([native(7n)])
    await findLate(late(4n), late(9n, { blockNumber: 6n }))
    await confirm()
    expect(await rows()).toEqual([
      'native waiting(queued) 4',
      'native waiting(queued) 9',
      'opening orphaned(replaced) 7',
    ])
    expect((await events('balance.adopted')).at(-1)).toMatchObject({
      seq: 2,
      data: { amount: '0' },
    })
    expect(await own.sql`select route from outbox where route = 'deposit.orphaned'`).toEqual([])
  })

  it('are taken out with their newest amount if a later read replaces it before they are confirmed', async () => {
    await adopt([usdt(9n)])
    const read = (amount: bigint) =>
      findLate(late(amount, { asset: who.token, position: '3', logOrder: 3 }))
    for (const amount of [5n, 8n, 8n, 6n]) await read(amount)
    expect(await rows()).toEqual(['3 confirming() 6', 'opening waiting(queued) 9'])
    await confirm()
    expect(await rows()).toEqual(['3 waiting(queued) 6', 'opening waiting(queued) 3'])
    expect((await adopt([usdt(9n)])).adopted).toEqual([])
  })

  it('leave it unchanged if an operator rejects them before they are confirmed', async () => {
    await adopt([native(7n)])
    await findLate(late(5n))
    const [row] =
      await own.sql`update deposits set doubt = 'content-differs' where position = 'native' returning id`
    const order = { operator: 'ann', reason: 'the chain has no such transfer' }
    await createDepositOrders(database.db).skip(row?.['id'] ?? '', order)
    await confirm()
    expect(await rows()).toEqual(['native ignored(rejected by ann) 5', 'opening waiting(queued) 7'])
    expect((await events('balance.adopted')).length).toBe(1)
    expect(await adopt([native(7n)])).toEqual({ adopted: [], skipped: [] })
  })

  it('count once before they are confirmed, in the opening balance', async () => {
    await adopt([native(7n), usdt(9n)])
    const given = {
      asset: who.token,
      position: '3',
      logOrder: 3,
      id: `56:${hash(1006)}:3`,
    } as const
    await findLate(late(5n), late(4n, { blockNumber: 6n, ...given }))
    const { deposits } = await readBookRows(database.db, 56, 12n)
    const sumOf = (asset: string) =>
      deposits.filter((one) => one.asset === asset).reduce((sum, { amount }) => sum + amount, 0n)
    expect([sumOf('native'), sumOf(who.token)]).toEqual([7n, 9n])
    const explained = await createBalanceBook(database.db).explained(56, [who.wallet], 12n)
    expect(explained.get(who.wallet)).toBe(7n)
    const of = [{ wallet: who.wallet, asset: who.token }]
    const level = async () => (await createBackingStore(database.db).levels(56, of, 12n, 12n))[0]
    expect(await level()).toMatchObject({ claimed: 9n, inOpenings: 5n })
    // A credit in question claims nothing, so the others may not use its part of the balance.
    await own.sql`update deposits set backing = 'short' where position = '3'`
    expect(await level()).toMatchObject({ claimed: 9n, inOpenings: 9n })
    await own.sql`update deposits set backing = null`
    await confirm()
    expect(await level()).toMatchObject({ claimed: 9n })
  })

  it('are not taken out of it if they were stored, but not confirmed, when it was adopted', async () => {
    await findLate(late(5n))
    expect((await adopt([native(7n)])).adopted).toMatchObject([{ amount: 2n }])
    await confirm()
    expect(await rows()).toEqual(['native waiting(queued) 5', 'opening waiting(queued) 2'])
  })

  it('must be confirmed before more of the same balance is adopted', async () => {
    await adopt([native(7n)])
    await findLate(late(5n))
    const { adopted, skipped } = await adopt([native(8n)])
    expect(adopted).toEqual([])
    expect(skipped).toMatchObject([{ why: expect.stringContaining('is not confirmed yet') }])
    await confirm()
    await store.storeFinds(56, 14n, finds({ blocks: [header(14)] }))
    await confirmUpTo(store, 13n)
    const later = { number: 13n, hash: hash(13) }
    expect((await adopt([native(8n)], {}, later)).adopted).toMatchObject([{ amount: 1n }])
  })

  it('leave it unchanged if they are of another wallet or asset, or came after its block', async () => {
    await adopt([native(7n)])
    const other = `0x${'77'.repeat(20)}` as const
    const token = { asset: who.token, position: '3', logOrder: 3 } as const
    await findLate(
      late(5n, { wallet: other }),
      late(5n, { blockNumber: 6n, ...token, id: `56:${hash(1006)}:3` }),
    )
    await store.storeFinds(
      56,
      14n,
      finds({ blocks: [header(14)], deposits: [seen(14, { amount: 5n })] }),
    )
    await confirmUpTo(store, 14n)
    expect((await rows()).at(-1)).toBe('opening waiting(queued) 7')
  })

  it('are taken out of a swept one too, whose sweep then has room for them', async () => {
    const { adopted } = await adopt([native(7n)])
    await own.sql`update deposits set state = 'done', reason = '', covered = true where id = ${adopted[0]?.depositId ?? ''}`
    await findLate(late(5n))
    await confirm()
    expect(await rows()).toEqual(['native waiting(queued) 5', 'opening done() 2'])
  })
})
