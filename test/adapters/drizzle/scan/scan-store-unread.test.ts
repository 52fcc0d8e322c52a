import { describe, expect, it } from 'vitest'
import { openUnreadRows } from '../../../../domain/scan/unread.ts'
import {
  finds,
  header,
  type StoreBench,
  seen,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { anUnreadTransaction as lost } from '../../../harness/factories/an-unread-transaction.ts'
import { cursorHash } from '../../../harness/services/cursor-hash.ts'

describe('unread transactions in the scan store', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
  })
  const rows = () => own.sql`select * from unread_transactions order by tx_hash`
  const range = () => own.sql`select from_block, to_block, transactions, tries from unread_blocks`
  const reread = [{ number: 11n, hash: hash(11) }]
  const readWhole = (...which: number[]) => ({
    reread,
    readWhole: which.map((n) => lost(n).hash),
  })
  const makeDue = () => own.sql`update unread_transactions set next_try_at = now()`

  it('get a row with their block’s hash in the commit that moves the cursor', async () => {
    const stored = await store.storeFinds(
      56,
      11n,
      finds({ blocks: [header(11)], deposits: [seen(11)], unread: [lost(1)] }),
    )
    expect(stored).toMatchObject({ unread: [lost(1)], unreadAboveCap: 0 })
    expect((await store.cursor(56))?.height).toBe(11n)
    expect(await rows()).toMatchObject([
      {
        tx_hash: lost(1).hash,
        block_number: '11',
        block_hash: hash(11),
        tries: 2,
        sender: who.stranger,
      },
    ])
  })

  it('are not stored if the commit fails', async () => {
    await expect(
      store.storeFinds(56, 12n, finds({ blocks: [header(12)], unread: [lost(1)] })),
    ).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await rows()).toEqual([])
  })

  it('are removed only in the commit that stores their deposits', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [lost(1), lost(2)] }))
    const late = await store.storeFinds(
      56,
      11n,
      finds({ deposits: [seen(11)], unread: [lost(2)], ...readWhole(1, 2) }),
    )
    expect(late).toMatchObject({
      readAtLast: [lost(1).hash],
      detected: [seen(11).id],
    })
    expect(await rows()).toMatchObject([{ tx_hash: lost(2).hash, tries: 3 }])
    // A re-read of a block with another hash removes no row.
    const dead = finds({ reread: [{ number: 11n, hash: hash(99) }] })
    await expect(store.storeFinds(56, 11n, dead)).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await rows()).toHaveLength(1)
  })

  it('keep their rows if a later read of the block did not read their receipts', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [lost(1), lost(2)] }))
    const late = await store.storeFinds(56, 11n, finds(readWhole(2)))
    expect(late.readAtLast).toEqual([lost(2).hash])
    expect(await rows()).toMatchObject([{ tx_hash: lost(1).hash, tries: 2 }])
  })

  it('are removed by a rewind, and are not stored by a late read of the orphaned block', async () => {
    await store.storeFinds(
      56,
      12n,
      finds({
        blocks: [header(11), header(12)],
        unread: [lost(1), lost(2, { blockNumber: 12n, blockHash: hash(12) })],
      }),
    )
    await store.rewind(56, { height: 11n, hash: hash(11) }, await cursorHash(own.sql))
    expect((await rows()).map((row) => row['tx_hash'])).toEqual([lost(1).hash])
    await expect(
      store.storeFinds(
        56,
        12n,
        finds({ unread: [lost(3, { blockNumber: 12n, blockHash: hash(12) })] }),
      ),
    ).rejects.toMatchObject({ name: 'CursorMoved' })
  })

  it('are due for the next try after 1 s, and then at growing intervals, grouped by block', async () => {
    // Reads the times from the row, because on a slow machine the transactions may already be due
    // at the next query.
    const secondsAfter = async (column: 'first_seen_at' | 'tried_at') => {
      const found = await own.sql`
        select extract(epoch from next_try_at - ${own.sql(column)})::float as seconds from unread_transactions`
      return found.map(({ seconds }) => Number(seconds))
    }
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [lost(1), lost(2)] }))
    expect(await secondsAfter('first_seen_at')).toEqual([1, 1])
    await makeDue()
    const transactions = [lost(1).hash, lost(2).hash]
    const due = { blockNumber: 11n, blockHash: hash(11), transactions, tries: 2 }
    const [found] = await store.dueUnread(56, 8)
    expect({ ...found, transactions: found?.transactions.toSorted() }).toEqual(due)
    await store.noteUnreadTry(56, due, 'internal error')
    expect(await rows()).toMatchObject([
      { tries: 3, why: 'internal error' },
      { tries: 3, why: 'internal error' },
    ])
    expect(await secondsAfter('tried_at')).toEqual([2, 2])
    await own.sql`update unread_transactions set next_try_at = now() + interval '1 hour'`
    expect(await store.dueUnread(56, 8)).toEqual([])
  })

  it('above the cap of rows, share one range of blocks, which shrinks with each block that is read', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => lost(n))
    const stored = await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], unread: many }),
    )
    expect(stored.unread).toHaveLength(openUnreadRows)
    expect(stored.unreadAboveCap).toBe(1_000 - openUnreadRows)
    expect(await range()).toMatchObject([
      { from_block: '11', to_block: '11', transactions: 1_000 - openUnreadRows },
    ])
    // A transaction of a user wallet gets a row even in a flood.
    const thief = lost(2_000, {
      sender: who.wallet,
      own: true,
      blockNumber: 13n,
      blockHash: hash(13),
    })
    const more = { blockNumber: 13n, blockHash: hash(13) }
    await store.storeFinds(
      56,
      13n,
      finds({
        blocks: [header(13)],
        unread: [lost(2_001, more), thief, lost(2_002, more)],
      }),
    )
    expect(
      await own.sql`select 1 from unread_transactions where sender = ${who.wallet}`,
    ).toHaveLength(1)
    expect(await range()).toMatchObject([{ from_block: '11', to_block: '13' }])
    expect(await store.unreadAmong(56, [{ transactionHash: hash(7), blockNumber: 12n }])).toEqual(
      new Set([hash(7)]),
    )
    // Makes the range of blocks due and no row, however slow the machine is.
    await own.sql`update unread_transactions set next_try_at = now() + interval '1 hour'`
    await own.sql`update unread_blocks set next_try_at = now()`
    expect(await store.dueUnread(56, 8)).toEqual([
      { blockNumber: 11n, blockHash: undefined, transactions: [], tries: 2 },
    ])
    // The transactions are still unread, and the cap leaves no room for their rows. So the range
    // keeps its blocks and counts one more try.
    await store.storeFinds(56, 13n, finds({ unread: many, reread }))
    expect(await range()).toMatchObject([{ from_block: '11', to_block: '13', tries: 3 }])
    await store.storeFinds(56, 13n, finds({ reread }))
    expect(await range()).toMatchObject([{ from_block: '12', to_block: '13' }])
    await store.rewind(56, { height: 11n, hash: hash(11) }, await cursorHash(own.sql))
    expect(await range()).toEqual([])
  })

  it('stay in their range of blocks if an endpoint returns another block at the same height', async () => {
    const many = Array.from({ length: 1_000 }, (_, n) => lost(n))
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: many }))
    const dead = finds({ reread: [{ number: 11n, hash: hash(99) }] })
    const stored = await store.storeFinds(56, 11n, dead).catch((error: unknown) => error)
    expect(await range()).toMatchObject([{ from_block: '11', to_block: '11' }])
    expect(stored).toMatchObject({ name: 'CursorMoved' })
    await store.storeFinds(56, 11n, finds({ reread }))
    expect(await range()).toEqual([])
  })

  it('raise one alarm together once they are 10 minutes old', async () => {
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: [lost(1), lost(2)] }))
    expect(await store.takeUnreadAlarm(56)).toBeUndefined()
    expect(await store.unreadFigures(56)).toMatchObject({ open: 2, blocks: 0 })
    await own.sql`update unread_transactions set first_seen_at = now() - interval '11 minutes'`
    expect(await store.takeUnreadAlarm(56)).toMatchObject({
      count: 2,
      why: 'the node has no receipt of it',
    })
    expect(await store.takeUnreadAlarm(56)).toBeUndefined()
    expect((await store.unreadFigures(56)).oldestSeconds).toBeGreaterThan(600)
  })

  it('raise one alarm in 10 minutes, also if a range of blocks raised the last alarm', async () => {
    const many = Array.from({ length: openUnreadRows + 5 }, (_, n) => lost(n))
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: many }))
    await own.sql`update unread_blocks set first_seen_at = now() - interval '11 minutes'`
    expect(await store.takeUnreadAlarm(56)).toMatchObject({ count: 0, blocks: '11 to 11' })
    await own.sql`update unread_transactions set first_seen_at = now() - interval '11 minutes'`
    expect(await store.takeUnreadAlarm(56)).toBeUndefined()
    await own.sql`update unread_blocks set alarmed_at = now() - interval '11 minutes'`
    expect(await store.takeUnreadAlarm(56)).toMatchObject({ count: openUnreadRows })
  })

  it('raise another alarm once blocks that joined a reported range are 10 minutes old', async () => {
    const many = Array.from({ length: openUnreadRows + 5 }, (_, n) => lost(n))
    await store.storeFinds(56, 11n, finds({ blocks: [header(11)], unread: many }))
    await own.sql`update unread_transactions set alarmed_at = now() - interval '1 hour'`
    await own.sql`
      update unread_blocks set first_seen_at = now() - interval '1 hour',
        alarmed_at = now() - interval '50 minutes'`
    expect(await store.takeUnreadAlarm(56)).toBeUndefined()
    for (const n of [12, 13]) {
      const later = { blockNumber: BigInt(n), blockHash: hash(n) }
      const unread = [lost(3_000 + n, later)]
      await store.storeFinds(56, BigInt(n), finds({ blocks: [header(n)], unread }))
      expect(await store.takeUnreadAlarm(56)).toBeUndefined()
    }
    await own.sql`update unread_blocks set grown_at = now() - interval '11 minutes'`
    expect(await store.takeUnreadAlarm(56)).toMatchObject({ count: 0, blocks: '11 to 13' })
    await own.sql`update unread_blocks set alarmed_at = now() - interval '11 minutes'`
    expect(await store.takeUnreadAlarm(56)).toBeUndefined()
  })
})
