import { describe, expect, it } from 'vitest'
import { toEip55 } from '../../../../adapters/viem/to-eip55.ts'
import { late, native, openingBench, usdt } from '../../../harness/benches/opening-bench.ts'
import {
  confirmUpTo,
  finds,
  header,
  type StoreBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'

/** MONEY 25: balances that no row explains become opening balances. */
let own: StoreBench['own']
let store: StoreBench['store']
const { adopt, rows, events, findLate } = openingBench((bench) => {
  ;({ own, store } = bench)
})

describe('adopt', () => {
  it('makes opening balances that wait for their sweep, with an event of their own and no deposit event', async () => {
    const { adopted, skipped } = await adopt([native(7n), usdt(9n)])
    expect(skipped).toEqual([])
    expect(adopted.map(({ amount }) => amount)).toEqual([7n, 9n])
    expect(await rows()).toEqual(['opening waiting(queued) 9', 'opening waiting(queued) 7'])
    const told = await events('balance.adopted')
    expect(told.map(({ depositId }) => depositId)).toEqual(
      adopted.map(({ depositId }) => depositId),
    )
    expect(told[0]).toMatchObject({
      seq: 1,
      data: { amount: '7', blockNumber: 12, operator: 'ann', detail: 'onboarding' },
    })
    expect(await own.sql`select route from outbox where route like 'deposit.%'`).toEqual([])
    const work = await own.sql`select route, body from outbox where kind = 'work' order by id`
    expect(work.map(({ route }) => route)).toEqual(['Regular_Transactions', 'Gas_Collection'])
    const actions = await own.sql`select operator, action, subject from operator_actions`
    expect(actions).toHaveLength(2)
    expect(actions[0]).toEqual({
      operator: 'ann',
      action: 'adopt-balance',
      subject: adopted[0]?.depositId,
    })
  })

  it('finds nothing unexplained when it is repeated, at the same block or later', async () => {
    await adopt([native(7n), usdt(9n)])
    const before = await rows()
    expect(await adopt([native(7n), usdt(9n)])).toEqual({ adopted: [], skipped: [] })
    await store.storeFinds(56, 14n, finds({ blocks: [header(14)] }))
    await confirmUpTo(store, 13n)
    const later = { number: 13n, hash: hash(13) }
    expect(await adopt([native(7n), usdt(9n)], {}, later)).toEqual({ adopted: [], skipped: [] })
    expect(await rows()).toEqual(before)
  })

  it('writes nothing on a dry run', async () => {
    const recorded = () => own.sql`select id from operator_actions`
    const before = await recorded()
    const { adopted } = await adopt([native(7n)], { dryRun: true })
    expect(adopted).toMatchObject([{ amount: 7n }])
    expect(await rows()).toEqual([])
    expect(await own.sql`select * from outbox`).toEqual([])
    expect(await recorded()).toEqual(before)
  })

  it('leaves out the amount of known deposits, also of those that are not confirmed yet', async () => {
    await findLate(late(5n), late(6n, { blockNumber: 12n, blockHash: hash(12) }))
    expect((await adopt([native(12n)])).adopted).toMatchObject([{ amount: 1n }])
  })

  it('leaves out the gas money of the keeper, and counts native coin that an earlier sweep moved', async () => {
    const sweepId = await seedSweep(own.sql, { wallet: who.wallet })
    const fee = 21_000n * 1_000_000_000n
    const gas = { sweepId, step: 'gas', sender: who.keeper, state: 'succeeded' } as const
    await seedTransaction(own.sql, { ...gas, valueWei: String(fee + 3n), minedBlock: 11 })
    await own.sql`update transactions set "to" = ${who.wallet}`
    await own.sql`update attempts set value_wei = ${String(fee + 3n)}`
    expect((await adopt([native(fee + 3n)], { dryRun: true })).adopted).toEqual([])
    const out = { sweepId, step: 'sweep', sender: who.wallet, state: 'succeeded' } as const
    await seedTransaction(own.sql, { ...out, valueWei: '40', minedBlock: 12 })
    await own.sql`update sweeps set closed_at = now(), outcome = 'swept'`
    // 40 left and 3 came as gas. The wallet is empty, so 37 came without a row.
    expect((await adopt([native(0n)])).adopted).toMatchObject([{ amount: 37n }])
  })

  it('skips a wallet with a transaction in flight, and judges it afterwards', async () => {
    const sweepId = await seedSweep(own.sql, { wallet: who.wallet })
    const out = { sweepId, step: 'sweep', sender: who.wallet, state: 'live' } as const
    await seedTransaction(own.sql, { ...out, valueWei: '1' })
    const { adopted, skipped } = await adopt([native(7n), usdt(9n)])
    expect(adopted).toEqual([])
    expect(skipped.map(({ why }) => why)).toEqual([
      'a transaction of the wallet is in flight: repeat later',
      'a transaction of the wallet is in flight: repeat later',
    ])
    expect(await rows()).toEqual([])
  })

  it.each([
    [
      'the wallet is still being backfilled',
      'update scan_cursors set wallet_seq = 0',
      'backfilled',
    ],
    ['the token is still being backfilled', 'update listed_tokens set read_to = 3', 'backfilled'],
    ['no scanner lists the token', 'delete from listed_tokens', 'no scanner lists'],
  ])('skips a balance if %s', async (_, statement, why) => {
    await own.sql.unsafe(statement)
    const { adopted, skipped } = await adopt([usdt(9n)])
    expect(adopted).toEqual([])
    expect(skipped).toMatchObject([{ why: expect.stringContaining(why) }])
  })

  it.each([
    [
      'its lane is closed',
      `insert into lanes (chain_id, sender, role, entry_nonce, next_nonce, closed_reason, closed_at)
        values (56, '${who.wallet}', 'wallet', 0, 0, 'behind', now())`,
    ],
    [
      'a transaction of it is external',
      `insert into foreign_transactions (chain_id, sender, nonce, hash)
        values (56, '${who.wallet}', 0, '${hash(77)}')`,
    ],
  ])('skips a wallet while %s, with the command to repair it', async (_, statement) => {
    await own.sql.unsafe(statement)
    const { adopted, skipped } = await adopt([native(7n)])
    expect(adopted).toEqual([])
    const command = `coldsweep recover --chain 56 --lane ${toEip55(who.wallet)}`
    expect(skipped).toMatchObject([{ why: expect.stringContaining(command) }])
    await own.sql`update lanes set closed_reason = null`
    await own.sql`update foreign_transactions set adopted_at = now()`
    expect((await adopt([native(7n)])).adopted).toHaveLength(1)
  })

  it('is refused before the first block of the scanner, where a repeat would adopt it twice', async () => {
    const [cursor] = await own.sql`select start_height from scan_cursors`
    await own.sql`update scan_cursors set start_height = 14`
    const refused = expect.objectContaining({ name: 'NotYet' })
    await expect(adopt([native(7n)])).rejects.toEqual(refused)
    expect(await rows()).toEqual([])
    await own.sql`update scan_cursors set start_height = ${cursor?.['start_height']}`
    expect((await adopt([native(7n)])).adopted).toHaveLength(1)
  })

  it('is refused at a block that is not final for the scanner, or that it does not have', async () => {
    const refused = expect.objectContaining({ name: 'NotYet' })
    await expect(adopt([native(7n)], {}, { number: 13n, hash: hash(13) })).rejects.toEqual(refused)
    await expect(adopt([native(7n)], {}, { number: 12n, hash: hash(99) })).rejects.toEqual(refused)
    expect(await rows()).toEqual([])
  })
})

describe('a reorg', () => {
  it('below the block of an opening balance removes it, and the order can be repeated', async () => {
    await adopt([native(7n)])
    await store.rewind(56, { height: 11n, hash: hash(11) }, hash(13))
    expect(await rows()).toEqual(['opening orphaned() 7'])
    expect((await events('balance.adopted')).at(-1)).toMatchObject({ data: { amount: '0' } })
    for (const n of [12, 13]) await store.storeFinds(56, 13n, finds({ blocks: [header(n)] }))
    await confirmUpTo(store, 12n)
    expect((await adopt([native(7n)])).adopted).toHaveLength(1)
    expect(await rows()).toEqual(['opening waiting(queued) 7'])
  })

  it('above the block of an opening balance leaves it unchanged', async () => {
    await adopt([native(7n)])
    await store.rewind(56, { height: 12n, hash: hash(12) }, hash(13))
    expect(await rows()).toEqual(['opening waiting(queued) 7'])
  })
})
