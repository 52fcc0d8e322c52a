import { describe, expect, it } from 'vitest'
import {
  confirmUpTo,
  finds,
  header,
  type StoreBench,
  seen,
  statesOf,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'
import { seedDeposit, seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'
import { cursorHash } from '../../../harness/services/cursor-hash.ts'

describe('the scan store at a reorg (MONEY 21)', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
  })
  const states = () => statesOf(own)

  it('orphans deposits above the fork in any state, and returns the deposits that were done', async () => {
    const blocks = [header(11), header(12), header(13)]
    const deposits = [seen(11), seen(12), seen(13)]
    const refills = [
      {
        chainId: 56,
        txHash: hash(2012),
        position: 'native' as const,
        keeper: who.keeper,
        sender: who.stranger,
        amountWei: 1n,
        blockNumber: 12n,
        blockHash: hash(12),
      },
    ]
    await store.storeFinds(56, 13n, finds({ blocks, deposits, refills }))
    await confirmUpTo(store, 13n)
    await own.sql`update deposits set state = 'sweeping' where id = ${seen(12).id}`
    await own.sql`update deposits set state = 'done', reason = '', covered = true where id = ${seen(13).id}`
    const rewound = await store.rewind(
      56,
      { height: 11n, hash: hash(11) },
      await cursorHash(own.sql),
    )
    expect(rewound).toEqual({
      orphaned: [seen(12).id, seen(13).id],
      wereDone: [seen(13).id],
      liveAgain: [],
    })
    expect(await states()).toEqual(['11 waiting queued', '12 orphaned', '13 orphaned'])
    const stored = await store.storedTransfers(56, [seen(11).txHash, seen(12).txHash])
    expect(stored).toMatchObject([{ txHash: seen(11).txHash, blockHash: hash(11), counted: true }])
    const events = await own.sql`select body from outbox where route = 'deposit.orphaned'`
    expect(events.length).toBe(2)
    expect((await own.sql`select 1 from keeper_refills`).length).toBe(0)
    expect(await store.cursor(56)).toMatchObject({ height: 11n, hash: hash(11), finalHeight: 11n })
    expect(await store.storedHash(56, 12n)).toBeUndefined()
  })

  it('restores an orphaned deposit with the values of its new block once the new block is stored', async () => {
    await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], deposits: [seen(12)] }),
    )
    await confirmUpTo(store, 12n)
    await store.rewind(56, { height: 11n, hash: hash(11) }, await cursorHash(own.sql))
    const again = seen(13, {
      ...seen(12),
      blockNumber: 13n,
      blockHash: hash(513),
      amount: 9n,
      txIndex: 3,
    })
    const blocks = [{ ...header(12, 500), parentHash: hash(11) }, header(13, 500)]
    const { detected } = await store.storeFinds(56, 13n, finds({ blocks, deposits: [again] }))
    expect(detected).toEqual([again.id])
    const [row] = await own.sql`select * from deposits`
    expect(row).toMatchObject({
      state: 'confirming',
      amount: '9',
      block_number: '13',
      tx_index: 3,
      event_seq: 4,
    })
    expect(await confirmUpTo(store, 13n)).toBe(1)
    const late = await store.storeFinds(56, 13n, finds({ deposits: [again] }))
    expect(late.detected).toEqual([])
    expect(await states()).toEqual(['12 waiting queued'])
  })

  it('makes transactions that ended above the fork live again if the fork is below the final height, and no others', async () => {
    const blocks = [header(11), header(12), header(13)]
    await store.storeFinds(56, 13n, finds({ blocks }))
    await confirmUpTo(store, 13n)
    const sender = who.wallet
    const aTransaction = async (state: string, minedBlock?: number) => {
      const sweepId = await seedSweep(own.sql)
      await own.sql`update sweeps set closed_at = now(), outcome = 'swept' where id = ${sweepId}`
      const nonce = nonces++
      const mined = minedBlock === undefined ? {} : { minedBlock }
      await seedTransaction(own.sql, { sweepId, step: 'sweep', sender, nonce, state, ...mined })
      await own.sql`update transactions set ended_at = now() where sweep_id = ${sweepId}`
      return `${sweepId}:sweep:1`
    }
    let nonces = 0
    const below = await aTransaction('succeeded', 11)
    const above = [
      await aTransaction('succeeded', 12),
      await aTransaction('reverted', 13),
      await aTransaction('cancelled', 13),
    ]
    const displacedBy = async (strangersBlock: number | null) => {
      const taken = { chain_id: 56, sender, nonce: nonces, block_number: strangersBlock }
      await own.sql`insert into foreign_transactions ${own.sql(taken)}`
      return await aTransaction('displaced')
    }
    const displaced = await displacedBy(11)
    // The external transaction was also reorged out, or its block is unknown. Our transaction must
    // become live again, because otherwise its nonce would be a permanent gap in the lane.
    above.push(await displacedBy(12), await displacedBy(null))
    const { liveAgain } = await store.rewind(
      56,
      { height: 11n, hash: hash(11) },
      await cursorHash(own.sql),
    )
    expect([...liveAgain].sort()).toEqual([...above].sort())
    const rows = await own.sql`select key, state, first_mined_at from transactions`
    const stateOf = (key: string) => rows.find((row) => row['key'] === key)?.['state']
    expect([below, ...above, displaced].map(stateOf)).toEqual([
      ...['succeeded', 'live', 'live', 'live', 'live', 'live', 'displaced'],
    ])
    // `rewind` deletes the row of an external transaction if our transaction on its nonce is live.
    expect(await own.sql`select block_number from foreign_transactions`).toMatchObject([
      { block_number: '11' },
    ])
    // Live transactions keep `first_mined_at`. With this value, the database allows more than one
    // live transaction of a wallet.
    const live = rows.filter((row) => row['state'] === 'live')
    expect(live.every((row) => row['first_mined_at'] !== null)).toBe(true)
  })

  it('leaves ended transactions unchanged if the fork is not below the final height', async () => {
    await store.storeFinds(56, 13n, finds({ blocks: [header(11), header(12), header(13)] }))
    await confirmUpTo(store, 11n)
    const sweepId = await seedSweep(own.sql)
    // The lane loop ended the transaction by block 12 before the scanner made block 12 final.
    const ended = { sweepId, step: 'gas', sender: who.keeper, state: 'succeeded' } as const
    await seedTransaction(own.sql, { ...ended, minedBlock: 12 })
    const { liveAgain } = await store.rewind(
      56,
      { height: 11n, hash: hash(11) },
      await cursorHash(own.sql),
    )
    expect(liveAgain).toEqual([])
  })

  it('removes the coverage of a swept deposit, so that another sweep can cover it', async () => {
    const sweepId = await seedSweep(own.sql)
    const id = await seedDeposit(own.sql, { state: 'done', sweepId })
    await own.sql`update deposits set covered = true, block_number = 12 where id = ${id}`
    await store.storeFinds(56, 13n, finds({ blocks: [header(11), header(12), header(13)] }))
    await store.rewind(56, { height: 11n, hash: hash(11) }, await cursorHash(own.sql))
    const [row] = await own.sql`select state, covered, confirmed_at from deposits`
    expect(row).toEqual({ state: 'orphaned', covered: false, confirmed_at: null })
  })

  it('refuses a rewind by a scanner that slept while another scanner moved the cursor', async () => {
    await store.storeFinds(56, 12n, finds({ blocks: [header(11)], deposits: [seen(11)] }))
    const slept = await cursorHash(own.sql)
    await store.storeFinds(56, 12n, finds({ blocks: [header(12)], deposits: [seen(12)] }))
    const rewound = store.rewind(56, { height: 10n, hash: hash(10) }, slept)
    await expect(rewound).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await states()).toEqual(['11 confirming', '12 detected'])
  })

  it('lowers the final height, so that neither a late scanner nor a rescan confirms deposits by the old height', async () => {
    await store.storeFinds(
      56,
      16n,
      finds({ blocks: [11, 12, 13, 14, 15, 16].map((n) => header(n)) }),
    )
    await confirmUpTo(store, 14n)
    const slept = await cursorHash(own.sql)
    await store.rewind(56, { height: 12n, hash: hash(12) }, slept)
    const blocks = [13, 14].map((n) => ({
      ...header(n, 500),
      parentHash: n === 13 ? hash(12) : hash(513),
    }))
    const deposits = [seen(14, { blockHash: hash(514) })]
    await store.storeFinds(56, 14n, finds({ blocks, deposits }))
    const late = store.confirm(56, { height: 14n, cursor: slept })
    await expect(late).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await store.confirm(56, 'stored')).toBe(0)
    expect(await states()).toEqual(['14 detected'])
    expect(await store.cursor(56)).toMatchObject({ height: 14n, finalHeight: 12n })
  })
})
