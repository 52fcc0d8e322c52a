import type postgres from 'postgres'
import { beforeEach, describe, expect, it } from 'vitest'
import { createOpeningBook } from '../../../../adapters/drizzle/books/opening-book.ts'
import { createDepositOrders } from '../../../../adapters/drizzle/sweeps/deposit-orders.ts'
import { createDustDryRun } from '../../../../adapters/drizzle/sweeps/plan-rows.ts'
import { createSweepStore } from '../../../../adapters/drizzle/sweeps/sweep-store.ts'
import {
  chain,
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { seedSweep } from '../../../harness/factories/seed-rows.ts'
import { eventually } from '../../../harness/waiting/eventually.ts'

/**
 * Every commit locks in the order lane, sweep, deposit. Each test holds the first lock that two
 * commits share until both wait. The commit that waited first would then deadlock with the other
 * one if that had already locked a later row.
 */
let own: StoreBench['own']
let store: StoreBench['store']
let database: StoreBench['database']
storeBench((bench) => {
  ;({ own, store, database } = bench)
})

const lateId = `56:${hash(1003)}:3`
const waiting = (count: number) =>
  eventually(
    () =>
      own.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    (rows) => rows.length === count,
  )

/** Starts the first commit, then the second one, while `lock` is held. Returns their results. */
async function race(
  lock: (gate: postgres.TransactionSql) => PromiseLike<unknown>,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
) {
  const started: Promise<unknown>[] = []
  await own.sql.begin(async (gate) => {
    await lock(gate)
    for (const commit of [first, second]) {
      started.push(commit())
      started.at(-1)?.catch(() => {})
      await waiting(started.length)
    }
  })
  return await Promise.allSettled(started)
}

beforeEach(async () => {
  await own.sql`insert into wallets ${own.sql({ address: who.wallet })}`
  await own.sql`update scan_cursors set wallet_seq = 1`
  await own.sql`insert into lanes ${own.sql({ chain_id: 56, sender: who.wallet, role: 'wallet', entry_nonce: 0, next_nonce: 0 })}`
  await store.noteTokens(56)
  await store.markTokensRead(56, [who.token], hash(10))
  for (const n of [11, 12, 13]) await store.storeFinds(56, 13n, finds({ blocks: [header(n)] }))
  await confirmUpTo(store, 12n)
  const sweepId = await seedSweep(own.sql, { wallet: who.wallet, asset: who.token })
  await own.sql`update sweeps set closed_at = now(), outcome = 'swept', block_number = 4,
    tx_index = 0, tx_hash = ${hash(904)}, left_amount = 9, emptied = true, arrived_amount = 9,
    coverable_amount = 9, gas_spent_wei = 1 where id = ${sweepId}`
  const given = { id: lateId, position: '3', logOrder: 3, asset: who.token } as const
  await store.storeFinds(56, 13n, finds({ deposits: [seen(3, given)], reread: [] }))
  await own.sql`update deposits set state = 'waiting', confirmed_at = now()`
})

/** Stores a second deposit of the wallet, whose id sorts before that of the first one. */
async function findAnother() {
  const given = { position: '3', logOrder: 3, asset: who.token } as const
  const another = seen(11, { ...given, id: `56:${hash(999)}:3`, txHash: hash(999) })
  await store.storeFinds(56, 13n, finds({ deposits: [another], reread: [] }))
  await own.sql`update deposits set state = 'waiting', confirmed_at = now() where id = ${another.id}`
}

describe('the order of locks', () => {
  it('adopt-balance and the cover of a late deposit do not deadlock', async () => {
    const block = { number: 12n, hash: hash(12) }
    const balance = { wallet: who.wallet, asset: who.token, amount: 0n }
    const order = { operator: 'ann', reason: 'onboarding', dryRun: false }
    const results = await race(
      (gate) => gate`select 1 from sweeps for update`,
      () => createOpeningBook(database.db, chain).adopt(56, block, [balance], order),
      () => createSweepStore(database.db).coverLate(lateId, 0n),
    )
    expect(results).toMatchObject([
      { status: 'fulfilled', value: { adopted: [{ amount: 4n }] } },
      { status: 'fulfilled', value: false },
    ])
  })

  it('the dry run of a dust order and an order about its deposit do not deadlock', async () => {
    await own.sql`update deposits set state = 'ignored', reason = 'dust'`
    const deposit = await createSweepStore(database.db).deposit(lateId)
    if (!deposit) throw new Error('no deposit')
    const limits = { minAmount: 1n, maxCostWei: 1n, factor: 1 }
    const results = await race(
      (gate) => gate`select 1 from lanes for update`,
      () =>
        createDepositOrders(database.db).skip(lateId, { operator: 'ann', reason: 'never mind' }),
      () => createDustDryRun(database.db, limits).claim(deposit, 'dry', 60_000, 0n),
    )
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
  })

  it('a reorg below an opening balance and the end of a sweep do not deadlock', async () => {
    const block = { number: 12n, hash: hash(12) }
    const balance = { wallet: who.wallet, asset: who.token, amount: 9n }
    const order = { operator: 'ann', reason: 'onboarding', dryRun: false }
    await createOpeningBook(database.db, chain).adopt(56, block, [balance], order)
    await findAnother()
    const sweepId = await seedSweep(own.sql, { wallet: who.wallet, asset: who.token })
    await own.sql`update sweeps set block_number = 13, tx_index = 0, tx_hash = ${hash(913)},
      left_amount = 9, arrived_amount = 9, coverable_amount = 9, emptied = true where id = ${sweepId}`
    const results = await race(
      (gate) => gate`select 1 from deposits where position like 'opening-%' for update`,
      () => createSweepStore(database.db).close(sweepId),
      () => store.rewind(56, { height: 10n, hash: hash(10) }, hash(13)),
    )
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
  })

  it('a reorg and a refused sweep of several deposits do not deadlock', async () => {
    await findAnother()
    const sweepId = await seedSweep(own.sql, { wallet: who.wallet, asset: who.token })
    const results = await race(
      (gate) => gate`select 1 from deposits where id = ${lateId} for update`,
      () => store.rewind(56, { height: 2n, hash: hash(2) }, hash(13)),
      () => createSweepStore(database.db).closeRefused(sweepId, 'it moved nothing'),
    )
    expect(results).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }])
  })
})
