import { describe, expect, it } from 'vitest'
import {
  finds,
  header,
  type StoreBench,
  seen,
  statesOf,
  storeBench,
} from '../parts/scan-store-bench.ts'
import { hash, who } from '../scanner/a-block.ts'

describe('the commits of the scanner on a reorg (MONEY 21)', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
  })
  const states = () => statesOf(own)

  it('on a reorg orphan what is above the fork, whatever was done for it, but for what is done', async () => {
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
    await store.confirm(56, 13n)
    await own.sql`update deposits set state = 'sweeping' where id = ${seen(12).id}`
    await own.sql`update deposits set state = 'done', reason = '', covered = true where id = ${seen(13).id}`
    const rewound = await store.rewind(56, { height: 11n, hash: hash(11) })
    expect(rewound).toEqual({ orphaned: [seen(12).id], doneAbove: [seen(13).id] })
    expect(await states()).toEqual(['11 waiting queued', '12 orphaned', '13 done'])
    expect((await own.sql`select 1 from keeper_refills`).length).toBe(0)
    expect(await store.cursor(56)).toMatchObject({ height: 11n, hash: hash(11), finalHeight: 11n })
    expect(await store.storedHash(56, 12n)).toBeUndefined()
  })

  it('bring an orphan back as its new block has it, and only then', async () => {
    await store.storeFinds(
      56,
      12n,
      finds({ blocks: [header(11), header(12)], deposits: [seen(12)] }),
    )
    await store.confirm(56, 12n)
    await store.rewind(56, { height: 11n, hash: hash(11) })
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
    expect(await store.confirm(56, 13n)).toBe(1)
    const late = await store.storeFinds(56, 13n, finds({ deposits: [again] }))
    expect(late.detected).toEqual([])
    expect(await states()).toEqual(['12 waiting queued'])
  })
})
