import { describe, expect, it } from 'vitest'
import { createScanStore } from '../../../../adapters/drizzle/scan/scan-store.ts'
import {
  chain,
  finds,
  header,
  type StoreBench,
  storeBench,
} from '../../../harness/benches/scan-store-bench.ts'
import { hash, who } from '../../../harness/factories/a-block.ts'

describe('the height up to which the scanner has read blocks for a token', () => {
  let own: StoreBench['own']
  let store: StoreBench['store']
  /** Store of a scanner whose config lists no token. */
  let without: StoreBench['store']
  storeBench((bench) => {
    ;({ own, store } = bench)
    without = createScanStore(bench.database.db, [{ ...chain, tokens: [] }])
  })
  const unread = (readTo: bigint, backfillTo: bigint | null = null) => ({
    token: who.token,
    readTo,
    backfillTo,
  })
  const advance = (by: StoreBench['store'], n: number, fork = 0) =>
    by.storeFinds(56, BigInt(n), finds({ blocks: [header(n, fork)] }))

  it('is 0 if no scanner has listed the token before, also after the cursor moves', async () => {
    await advance(without, 11)
    await store.noteTokens(56)
    await advance(without, 12)
    await store.noteTokens(56)
    await advance(store, 13)
    expect(await store.unreadTokens(56)).toEqual([unread(0n)])
    expect(await without.unreadTokens(56)).toEqual([])
  })

  it('is 0 if the token was listed before the chain’s first scan', async () => {
    await own.sql`truncate scan_cursors, blocks`
    await store.noteTokens(56)
    await store.start(56, 11n, header(10))
    await advance(without, 11)
    expect(await store.unreadTokens(56)).toEqual([unread(0n)])
  })

  it('is the last block before the blocks that a scanner without the token stored', async () => {
    await store.noteTokens(56)
    await store.markTokensRead(56, [who.token], hash(10))
    await advance(store, 11)
    expect(await store.unreadTokens(56)).toEqual([])
    await advance(without, 12)
    await advance(without, 13)
    await advance(store, 14)
    expect(await store.unreadTokens(56)).toEqual([unread(11n)])
  })

  it('stays unchanged if another scanner has moved the cursor', async () => {
    await store.noteTokens(56)
    await advance(without, 11)
    const marked = store.markTokensRead(56, [who.token], hash(10))
    await expect(marked).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await store.unreadTokens(56)).toEqual([unread(0n)])
  })

  it('stays unchanged by a refused commit', async () => {
    await store.noteTokens(56)
    await store.markTokensRead(56, [who.token], hash(10))
    await expect(advance(without, 12)).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await store.unreadTokens(56)).toEqual([])
  })

  it('is never above the cursor after a reorg', async () => {
    await store.noteTokens(56)
    await store.markTokensRead(56, [who.token], hash(10))
    await advance(store, 11)
    for (const n of [12, 13]) await advance(without, n)
    await advance(without, 14)
    await without.rewind(56, { height: 10n, hash: hash(10) }, hash(14))
    expect(await store.unreadTokens(56)).toEqual([unread(10n)])
    // A scanner that does not list the token reads another block at the height.
    await without.storeFinds(
      56,
      11n,
      finds({ blocks: [{ ...header(11, 100), parentHash: hash(10) }] }),
    )
    expect(await store.unreadTokens(56)).toEqual([unread(10n)])
  })
})

describe('gaps of a token', () => {
  let store: StoreBench['store']
  let without: StoreBench['store']
  let sql: StoreBench['own']['sql']
  storeBench((bench) => {
    ;({ store } = bench)
    sql = bench.own.sql
    without = createScanStore(bench.database.db, [{ ...chain, tokens: [] }])
  })
  const gap = (from: number, to: number) => ({
    token: who.token,
    from: BigInt(from),
    to: BigInt(to),
  })
  const open = async () =>
    (await store.tokenGaps(56)).map(({ token, from, to }) => ({ token, from, to }))
  const begin = (readTo: bigint, ...gaps: ReturnType<typeof gap>[]) =>
    store.beginTokenBackfill(56, [{ token: who.token, readTo }], gaps, hash(10))

  it('are stored with the begin of the backfill, unless the cursor has moved', async () => {
    await store.noteTokens(56)
    const late = store.beginTokenBackfill(56, [], [gap(1, 4)], hash(9))
    await expect(late).rejects.toMatchObject({ name: 'CursorMoved' })
    expect(await open()).toEqual([])
    await begin(4n, gap(1, 4))
    expect(await open()).toEqual([gap(1, 4)])
    expect(await store.unreadTokens(56)).toEqual([
      { token: who.token, readTo: 4n, backfillTo: 10n },
    ])
    await store.markTokensRead(56, [who.token], hash(10))
    expect(await open()).toEqual([gap(1, 4)])
  })

  it.each([
    ['all of their blocks', 1, 9, []],
    ['more than their blocks', 0, 20, []],
    ['their first blocks', 0, 3, [gap(4, 9)]],
    ['their last blocks', 8, 12, [gap(1, 7)]],
    ['blocks in their middle', 4, 4, [gap(1, 3), gap(5, 9)]],
    ['other blocks', 10, 12, [gap(1, 9)]],
  ])('shrink after a rescan of %s', async (_, from, to, left) => {
    await begin(9n, gap(1, 9))
    await without.closeTokenGaps(56, { from: 0n, to: 100n })
    expect(await open()).toEqual([gap(1, 9)])
    await store.closeTokenGaps(56, { from: BigInt(from), to: BigInt(to) })
    expect(await open()).toEqual(left)
  })

  it('end at the fork point of a reorg, and are added again with the blocks above it', async () => {
    await begin(9n, gap(1, 4), gap(7, 9))
    await store.rewind(56, { height: 3n, hash: hash(3) }, hash(10))
    expect(await open()).toEqual([gap(1, 3)])
    expect(await store.unreadTokens(56)).toEqual([])
    await store.beginTokenBackfill(56, [], [gap(1, 8)], hash(3))
    expect(await open()).toEqual([gap(1, 8)])
  })

  it('are no longer returned once an operator has answered for them', async () => {
    await begin(9n, gap(1, 9))
    await sql`update token_gaps set answered_at = now(), answered_by = 'ann'`
    expect(await open()).toEqual([])
  })
})
