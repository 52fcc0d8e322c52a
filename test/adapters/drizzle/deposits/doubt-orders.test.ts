import { beforeEach, describe, expect, it } from 'vitest'
import { readBookRows } from '../../../../adapters/drizzle/books/book-rows.ts'
import { createRowFigures } from '../../../../adapters/drizzle/books/row-figures.ts'
import { createBalanceBook } from '../../../../adapters/drizzle/scan/balance-book.ts'
import { createDepositOrders } from '../../../../adapters/drizzle/sweeps/deposit-orders.ts'
import { operatorDoubts } from '../../../../domain/deposits/doubt.ts'
import type { DepositOrders } from '../../../../domain/operators/deposit-orders.ts'
import {
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
  statesOf,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { who } from '../../../harness/factories/a-block.ts'

let bench: StoreBench
let orders: DepositOrders
storeBench((own) => {
  bench = own
  orders = createDepositOrders(own.database.db)
})

/** Each test uses another operator name, because no test can delete rows of the audit. */
let by = { operator: 'ann-0', reason: 'looked at the explorer' }
let tests = 0
const { id } = seen(11)
const events = async () => {
  const rows = await bench.own.sql`
    select route, body from outbox where route like 'deposit.%' order by id`
  return rows.map(({ route }) => route as string)
}
const actions = async () => {
  const rows = await bench.own.sql`select operator, action, reason from operator_actions 
    where subject = ${id} and operator = ${by.operator} order by id`
  return rows.map((row) => ({ ...row }))
}
const rewindTo10 = async () => {
  const cursor = await bench.store.cursor(56)
  await bench.store.rewind(56, { height: 10n, hash: header(10).hash }, cursor?.hash ?? '0x')
}

describe.each(operatorDoubts)('a deposit that is confirming(%s)', (doubt) => {
  beforeEach(async () => {
    tests += 1
    by = { ...by, operator: `ann-${tests}` }
    await bench.store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], deposits: [seen(11), seen(12)] }),
    )
    await bench.store.noteUnconfirmed(id, doubt, '1 transfer, then 2')
  })

  it('stays unconfirmed while other deposits are confirmed and the final height rises', async () => {
    const { store } = bench
    expect((await store.due(56, 12n, 9, [])).map((it) => it.id)).toEqual([seen(12).id])
    expect(await confirmUpTo(store, 12n)).toBe(1)
    expect(await statesOf(bench.own)).toEqual([`11 confirming ${doubt}`, '12 waiting queued'])
    expect((await store.cursor(56))?.finalHeight).toBe(12n)
    expect((await store.doubted(56, doubt, 9)).map((it) => it.id)).toEqual([id])
    await store.noteUnconfirmed(id, 'rpc-quorum', 'never hides the doubt')
    expect((await statesOf(bench.own))[0]).toBe(`11 confirming ${doubt}`)
    const figures = await createRowFigures(bench.database.db).doubted()
    expect(figures).toEqual([{ chainId: 56, doubt, count: 1 }])
  })

  it('is credited by the next confirm after approve, and the approval is recorded once', async () => {
    const { store } = bench
    await confirmUpTo(store, 12n)
    expect(await store.hasApproved(56, 12n)).toBe(false)
    expect(await orders.approve(id, by)).toEqual({ kind: 'done', state: 'confirming' })
    expect(await orders.approve(id, by)).toEqual({ kind: 'already', state: 'confirming' })
    expect(await store.hasApproved(56, 12n)).toBe(true)
    expect(await store.hasApproved(56, 10n)).toBe(false)
    await store.noteUnconfirmed(id, doubt, 'asked again')
    const [due] = await store.due(56, 12n, 9, [])
    expect(due).toMatchObject({ id, doubtCleared: doubt })
    expect(await confirmUpTo(store, 12n)).toBe(1)
    expect((await statesOf(bench.own))[0]).toBe('11 waiting queued')
    expect(await store.hasApproved(56, 12n)).toBe(false)
    expect(await actions()).toEqual([{ ...by, action: 'approve' }])
    expect((await events()).filter((type) => type === 'deposit.confirmed')).toHaveLength(2)
  })

  it('is rejected by skip with one event, and stays rejected after a second read and a confirm', async () => {
    const { store } = bench
    const state = `ignored(rejected by ${by.operator})`
    expect(await orders.skip(id, by)).toEqual({ kind: 'done', state })
    expect(await orders.skip(id, by)).toEqual({ kind: 'already', state })
    expect(await orders.approve(id, by)).toMatchObject({ kind: 'refused', state })
    const again = await store.storeFinds(56, 12n, finds({ deposits: [seen(11)] }))
    expect(again.detected).toEqual([])
    expect(await confirmUpTo(store, 12n)).toBe(1)
    expect((await statesOf(bench.own))[0]).toBe(`11 ignored rejected by ${by.operator}`)
    expect(await actions()).toEqual([{ ...by, action: 'skip' }])
    const told = await events()
    expect(told.filter((type) => type === 'deposit.rejected')).toHaveLength(1)
    expect(told.filter((type) => type === 'deposit.confirmed')).toHaveLength(1)
  })

  it('counts neither in the books nor in an explained balance after a skip', async () => {
    const { database } = bench
    await orders.skip(id, by)
    const { deposits } = await readBookRows(database.db, 56, 12n)
    expect(deposits.map((it) => it.id)).toEqual([seen(12).id])
    const balances = createBalanceBook(database.db)
    const explained = await balances.explained(56, [who.wallet], 12n)
    expect(explained.get(who.wallet)).toBe(seen(12).amount)
  })

  it.each(['approve', 'skip'] as const)('is in doubt again if a reorg follows %s', async (name) => {
    const { store } = bench
    await orders[name](id, by)
    await rewindTo10()
    expect((await statesOf(bench.own))[0]).toBe('11 orphaned')
    expect(await orders.approve(id, by)).toMatchObject({ kind: 'refused', state: 'orphaned' })
    const fork = { blockHash: header(11, 500).hash }
    await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11, 500), header(12, 500)], deposits: [seen(11, fork)] }),
    )
    expect((await statesOf(bench.own))[0]).toBe(`11 confirming ${doubt}`)
    expect(await confirmUpTo(store, 12n)).toBe(0)
    expect(await orders[name](id, by)).toMatchObject({ kind: 'done' })
  })

  it('is confirmed without an order once the scanner withdraws the doubt', async () => {
    const { store } = bench
    const other = operatorDoubts.find((one) => one !== doubt) ?? doubt
    await store.withdrawDoubt(id, other)
    expect((await statesOf(bench.own))[0]).toBe(`11 confirming ${doubt}`)
    await store.withdrawDoubt(id, doubt)
    expect(await confirmUpTo(store, 12n)).toBe(2)
  })
})

it.each(['rpc-quorum', 'rpc-disagreement'] as const)(
  'refuses approve and skip for confirming(%s)',
  async (reason) => {
    await bench.store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], deposits: [seen(11)] }),
    )
    await bench.store.noteUnconfirmed(id, reason, 'two nodes differ')
    for (const name of ['approve', 'skip'] as const) {
      expect(await orders[name](id, by)).toMatchObject({
        kind: 'refused',
        state: `confirming(${reason})`,
      })
    }
  },
)
